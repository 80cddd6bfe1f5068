import CFFmpeg

/// FFmpeg's filters between an audio decoder and an encoder: sample format, rate and channels become
/// the encoder's, gaps in time become silence, and frames may get the size that the encoder wants.
///
/// Owns an `AVFilterGraph`, freed with `avfilter_graph_free`.
struct AudioGraph: ~Copyable {
  private let raw: UnsafeMutablePointer<AVFilterGraph>
  private let source: UnsafeMutablePointer<AVFilterContext>
  private let sink: UnsafeMutablePointer<AVFilterContext>

  /// What a graph is built for: a change of any of these in mid-stream means a new graph.
  struct Input: Equatable {
    private let rate: Int32
    private let format: Int32
    private let layout: String

    init(_ frame: borrowing Frame) {
      rate = frame.raw.pointee.sample_rate
      format = frame.raw.pointee.format
      layout = AudioGraph.name(frame.raw)
    }
  }

  /// Builds the graph.
  ///
  /// - Parameters:
  ///   - frame: An example of what will be sent; borrowed.
  ///   - timeBase: The unit of the frames' timestamps.
  ///   - encoder: Where the frames go.
  ///   - cutsFrames: Whether they get the size that the encoder wants.
  /// - Throws: ``FFmpegError``.
  init(
    for frame: borrowing Frame, timeBase: AVRational,
    to encoder: UnsafeMutablePointer<AVCodecContext>, cutsFrames: Bool
  ) throws(FFmpegError) {
    let graph = allocated(avfilter_graph_alloc())
    var source: UnsafeMutablePointer<AVFilterContext>?
    var sink: UnsafeMutablePointer<AVFilterContext>?
    do throws(FFmpegError) {
      graph.pointee.nb_threads = 1
      let format = frame.raw.pointee
      let layout = Self.name(frame.raw)
      let arguments =
        "time_base=\(timeBase.num)/\(timeBase.den):sample_rate=\(format.sample_rate)"
        + ":sample_fmt=\(Self.name(AVSampleFormat(format.format))):channel_layout=\(layout)"
      try check(
        avfilter_graph_create_filter(
          &source, avfilter_get_by_name("abuffer"), "in", arguments, nil, graph),
        "avfilter_graph_create_filter(abuffer)")
      try check(
        avfilter_graph_create_filter(
          &sink, avfilter_get_by_name("abuffersink"), "out", nil, nil, graph),
        "avfilter_graph_create_filter(abuffersink)")
      let target = encoder.pointee
      let filters =
        "aresample=async=1,aformat=sample_fmts=\(Self.name(target.sample_fmt))"
        + ":sample_rates=\(target.sample_rate):channel_layouts=\(Self.name(encoder))"
      try FilterGraph.connect(filters, in: graph, from: allocated(source), to: allocated(sink))
      try check(avfilter_graph_config(graph, nil), "avfilter_graph_config")
    } catch {
      var leftover: UnsafeMutablePointer<AVFilterGraph>? = graph
      avfilter_graph_free(&leftover)
      throw error
    }
    raw = graph
    self.source = allocated(source)
    self.sink = allocated(sink)
    let isAnySize =
      (encoder.pointee.codec?.pointee.capabilities ?? 0)
      & CInt(AV_CODEC_CAP_VARIABLE_FRAME_SIZE) != 0
    if cutsFrames, !isAnySize, encoder.pointee.frame_size > 0 {
      av_buffersink_set_frame_size(self.sink, UInt32(encoder.pointee.frame_size))
    }
  }

  deinit {
    var raw: UnsafeMutablePointer<AVFilterGraph>? = raw
    avfilter_graph_free(&raw)
  }

  /// Hands a frame over; the graph takes its references.
  func send(_ frame: borrowing Frame) throws(FFmpegError) {
    try check(av_buffersrc_add_frame_flags(source, frame.raw, 0), "av_buffersrc_add_frame_flags")
  }

  /// Says that no frame follows.
  func drain() throws(FFmpegError) {
    try check(
      av_buffersrc_close(source, shim_nopts, UInt32(AV_BUFFERSRC_FLAG_PUSH)),
      "av_buffersrc_close")
  }

  /// The next frame, its timestamp in samples; nil when input is wanted or all is out.
  func receive() throws(FFmpegError) -> Frame? {
    let frame = Frame()
    let status = av_buffersink_get_frame(sink, frame.raw)
    switch FFmpegError.Code(rawValue: status) {
    case .again, .endOfFile: return nil
    default:
      try check(status, "av_buffersink_get_frame")
      let unit = av_buffersink_get_time_base(sink)
      if let time = frame.time {
        frame.raw.pointee.pts =
          time.rescaled(from: Rational(unit), to: Rational(1, frame.raw.pointee.sample_rate)).field
      }
      return frame
    }
  }

  private static func name(_ format: AVSampleFormat) -> String {
    av_get_sample_fmt_name(format).map { String(cString: $0) } ?? "none"
  }

  private static func name(_ frame: UnsafeMutablePointer<AVFrame>) -> String {
    name { shim_frame_channel_layout(frame, $0, $1) }
  }

  private static func name(_ context: UnsafeMutablePointer<AVCodecContext>) -> String {
    name { shim_context_channel_layout(context, $0, $1) }
  }

  private static func name(_ describe: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      start.pointee = 0
      describe(start, buffer.count)
      return String(cString: start)
    }
  }
}
