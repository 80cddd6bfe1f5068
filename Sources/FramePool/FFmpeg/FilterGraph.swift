import CFFmpeg

/// A configured graph of FFmpeg's filters with one video input and one video output.
///
/// Owns an `AVFilterGraph`, freed with `avfilter_graph_free`.
struct FilterGraph: ~Copyable {
  private let raw: UnsafeMutablePointer<AVFilterGraph>
  private let source: UnsafeMutablePointer<AVFilterContext>
  private let sink: UnsafeMutablePointer<AVFilterContext>

  /// What a pull from the graph gave.
  enum Output: ~Copyable {
    case frame(Frame)
    case needsInput
    case ended
  }

  /// What a graph is built for: a change of any of these mid-stream means a new graph.
  struct Input: Equatable {
    var width: Int32
    var height: Int32
    var format: Int32
    var aspectRatio: Rational
    var colourSpace: UInt32
    var colourRange: UInt32

    init(_ frame: borrowing Frame) {
      width = frame.raw.pointee.width
      height = frame.raw.pointee.height
      format = frame.raw.pointee.format
      aspectRatio = Rational(frame.raw.pointee.sample_aspect_ratio)
      colourSpace = frame.raw.pointee.colorspace.rawValue
      colourRange = frame.raw.pointee.color_range.rawValue
    }
  }

  /// Builds the graph for frames like `frame`.
  ///
  /// - Parameters:
  ///   - description: FFmpeg's filtergraph syntax, for example `hflip,scale=640:-2`.
  ///   - frame: An example of what will be sent; borrowed.
  ///   - timeBase: The unit of the frames' timestamps.
  ///   - frameRate: The stream's frame rate; 0/1 when unknown.
  ///   - threads: Threads that the filters may use.
  /// - Throws: ``FFmpegError``.
  init(
    _ description: String, for frame: borrowing Frame, timeBase: Rational, frameRate: Rational,
    threads: Int
  ) throws(FFmpegError) {
    let graph = allocated(avfilter_graph_alloc())
    let start: UnsafeMutablePointer<AVFilterContext>
    var end: UnsafeMutablePointer<AVFilterContext>?
    let mark = FFmpegLog.errorLineCount()
    do throws(FFmpegError) {
      graph.pointee.nb_threads = CInt(clamping: threads)
      // What FFmpeg's own tool gives to scalers, the inserted ones too.
      graph.pointee.scale_sws_opts = av_strdup("flags=bicubic")
      start = try Self.addSource(
        to: graph, for: frame, timeBase: timeBase, frameRate: frameRate)
      try check(
        avfilter_graph_create_filter(
          &end, avfilter_get_by_name("buffersink"), "out", nil, nil, graph),
        "avfilter_graph_create_filter(buffersink)")
      try Self.connect(description, in: graph, from: start, to: allocated(end))
      try check(avfilter_graph_config(graph, nil), "avfilter_graph_config")
    } catch {
      var leftover: UnsafeMutablePointer<AVFilterGraph>? = graph
      avfilter_graph_free(&leftover)
      // The filter's own reason comes first; what follows says that the graph cannot be made then.
      throw FFmpegError(
        code: error.code, function: error.function,
        logLine: FFmpegLog.firstErrorLine(since: mark) ?? error.logLine)
    }
    raw = graph
    source = start
    sink = allocated(end)
  }

  deinit {
    var raw: UnsafeMutablePointer<AVFilterGraph>? = raw
    avfilter_graph_free(&raw)
  }

  /// The unit of the timestamps of the frames that come out.
  var timeBase: Rational { Rational(av_buffersink_get_time_base(sink)) }

  /// The frame rate of what comes out; 0/1 when it is unknown or not steady.
  var frameRate: Rational { Rational(av_buffersink_get_frame_rate(sink)) }

  /// Hands a frame to the graph, which takes its references over.
  func send(_ frame: consuming Frame) throws(FFmpegError) {
    try check(av_buffersrc_add_frame_flags(source, frame.raw, 0), "av_buffersrc_add_frame_flags")
  }

  /// Says that no frame follows; what the filters hold back can be received afterwards.
  ///
  /// - Parameter end: When the last frame's time is over, in units of the input's time base;
  ///   filters that make a steady frame rate fill up to it. Nil when unknown.
  /// - Throws: ``FFmpegError``.
  func drain(end: Ticks?) throws(FFmpegError) {
    try check(
      av_buffersrc_close(source, end?.field ?? shim_nopts, UInt32(AV_BUFFERSRC_FLAG_PUSH)),
      "av_buffersrc_close")
  }

  /// Takes the next filtered frame, if there is one.
  func receive() throws(FFmpegError) -> Output {
    let frame = Frame()
    let status = av_buffersink_get_frame(sink, frame.raw)
    switch FFmpegError.Code(rawValue: status) {
    case .again: return .needsInput
    case .endOfFile: return .ended
    default:
      try check(status, "av_buffersink_get_frame")
      return .frame(frame)
    }
  }

  private static func addSource(
    to graph: UnsafeMutablePointer<AVFilterGraph>, for frame: borrowing Frame, timeBase: Rational,
    frameRate: Rational
  ) throws(FFmpegError) -> UnsafeMutablePointer<AVFilterContext> {
    let source = allocated(
      avfilter_graph_alloc_filter(graph, avfilter_get_by_name("buffer"), "in"))
    let parameters = allocated(av_buffersrc_parameters_alloc())
    defer { av_free(parameters) }
    parameters.pointee.format = frame.raw.pointee.format
    parameters.pointee.width = frame.raw.pointee.width
    parameters.pointee.height = frame.raw.pointee.height
    parameters.pointee.time_base = timeBase.raw
    let aspectRatio = frame.raw.pointee.sample_aspect_ratio
    parameters.pointee.sample_aspect_ratio =
      aspectRatio.den == 0 ? AVRational(num: 0, den: 1) : aspectRatio
    parameters.pointee.frame_rate = frameRate.raw
    shim_buffersrc_set_colour(parameters, frame.raw)
    try check(av_buffersrc_parameters_set(source, parameters), "av_buffersrc_parameters_set")
    try check(avfilter_init_str(source, nil), "avfilter_init_str(buffer)")
    return source
  }

  /// Parses filters between a source and a sink of a graph; of sound too.
  ///
  /// - Throws: ``FFmpegError``.
  static func connect(
    _ description: String, in graph: UnsafeMutablePointer<AVFilterGraph>,
    from source: UnsafeMutablePointer<AVFilterContext>,
    to sink: UnsafeMutablePointer<AVFilterContext>
  ) throws(FFmpegError) {
    var inputs: UnsafeMutablePointer<AVFilterInOut>?
    var outputs: UnsafeMutablePointer<AVFilterInOut>?
    defer {
      avfilter_inout_free(&inputs)
      avfilter_inout_free(&outputs)
    }
    try check(
      avfilter_graph_parse2(graph, description, &inputs, &outputs), "avfilter_graph_parse2")
    // By their places and not by their labels, which may be any: that there is one of each has been
    // seen before the batch.
    guard let input = inputs?.pointee, let output = outputs?.pointee else {
      throw FFmpegError(code: .invalidArgument, function: "avfilter_graph_parse2", logLine: nil)
    }
    try check(
      avfilter_link(source, 0, input.filter_ctx, UInt32(input.pad_idx)), "avfilter_link")
    try check(
      avfilter_link(output.filter_ctx, UInt32(output.pad_idx), sink, 0), "avfilter_link")
  }
}
