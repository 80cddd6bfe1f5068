import CFFmpeg
import SystemPackage

/// Frames as raw video into one of FFmpeg's muxers: YUV4MPEG2, plain planes, or their checksums.
final class RawSink: FrameSink {
  private let muxerName: String
  private let path: FilePath
  private let input: FilePath
  private var open: Open?

  private struct Open: ~Copyable {
    var encoder: Encoder
    var muxer: Muxer
    var fitter: FrameFitter
  }

  /// The clock of the frames' checksums.
  struct Clock {
    /// Frames per second, where they are steady; the frames' own time base is used where not.
    var steadyRate: Rational?
    /// When the input begins, in microseconds.
    var start: Ticks
  }

  private let clock: Clock?

  /// - Parameters:
  ///   - muxer: FFmpeg's name.
  ///   - path: The file or the pipe.
  ///   - input: For messages.
  ///   - clock: Where times are to be counted as FFmpeg's own tool counts them.
  init(muxer: String, _ path: FilePath, input: FilePath, clock: Clock? = nil) {
    self.clock = clock
    muxerName = muxer
    self.path = path
    self.input = input
  }

  func write(
    _ frame: borrowing Frame, timeBase: Rational, frameRate: Rational
  ) throws(FramePoolError) {
    do throws(FFmpegError) {
      if open == nil { open = try start(frame, timeBase: timeBase, frameRate: frameRate) }
      guard var open = open.take() else { return }
      let frame = try frame.makeReference()
      let pts = frame.time.map { time in
        let start = clock?.start.rescaled(from: .microseconds, to: timeBase)
        return (time - (start ?? .zero)).rescaled(from: timeBase, to: open.encoder.timeBase)
      }
      let duration =
        clock?.steadyRate != nil
        ? Ticks(1) : frame.length.rescaled(from: timeBase, to: open.encoder.timeBase)
      try open.encoder.send(
        try open.fitter.fit(frame, timeBase: timeBase), pts: pts, duration: duration)
      while let packet = try open.encoder.next() {
        try open.muxer.write(packet, to: 0, timeBase: open.encoder.timeBase)
      }
      self.open = consume open
    } catch {
      throw FrameSinks.failure(error, muxerName, input)
    }
  }

  func finish() throws(FramePoolError) {
    guard var open = open.take() else {
      throw FramePoolError(.outputFailed, "\(input): there is no frame to write")
    }
    do throws(FFmpegError) {
      try open.muxer.finish()
    } catch {
      throw FrameSinks.failure(error, muxerName, input)
    }
  }

  private func start(
    _ first: borrowing Frame, timeBase: Rational, frameRate: Rational
  ) throws(FFmpegError) -> Open {
    guard let format = av_guess_format(muxerName, nil, nil),
      let codec = avcodec_find_encoder(
        muxerName == "yuv4mpegpipe" ? AV_CODEC_ID_WRAPPED_AVFRAME : AV_CODEC_ID_RAWVIDEO)
    else {
      throw FFmpegError(code: .encoderNotFound, function: "avcodec_find_encoder", logLine: nil)
    }
    let timeBase = clock?.steadyRate.map { Rational($0.denominator, $0.numerator) } ?? timeBase
    let pixelFormat = muxerName == "yuv4mpegpipe" ? Self.y4m(first.pixelFormat) : first.pixelFormat
    let target = FrameFitter.Target(
      width: first.width, height: first.height, pixelFormat: pixelFormat)
    var fitter = FrameFitter(target, threads: 1)
    let example = try fitter.fit(try first.makeReference(), timeBase: timeBase)
    var muxer = try Muxer(creating: path, format: UnsafePointer(format))
    let encoder = try Encoder(
      codec, options: [], for: example, timeBase: timeBase, frameRate: frameRate, threads: 1,
      needsGlobalHeader: false)
    let stream = muxer.addStream()
    try check(
      avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context.raw),
      "avcodec_parameters_from_context")
    stream.pointee.time_base = timeBase.raw
    stream.pointee.avg_frame_rate = frameRate.raw
    stream.pointee.sample_aspect_ratio = encoder.context.raw.pointee.sample_aspect_ratio
    // YUV4MPEG2 knows frames of the standard's first edition only, unless it is told to go on.
    try muxer.writeHeader([("strict", "experimental")])
    return Open(
      encoder: encoder, muxer: muxer, fitter: FrameFitter(target, threads: 1))
  }

  /// The nearest layout that YUV4MPEG2 has a name for.
  private static func y4m(_ format: PixelFormat) -> PixelFormat {
    var names = ["gray", "yuv411p", "yuv420p", "yuv422p", "yuv444p"]
    for depth in [9, 10, 12, 14, 16] {
      names += ["yuv420p\(depth)le", "yuv422p\(depth)le", "yuv444p\(depth)le"]
      if depth != 14 { names.append("gray\(depth)le") }
    }
    let known = names.compactMap { PixelFormat($0) }
    let own = format.plainRange ?? format
    if known.contains(own) { return own }
    return format.nearest(among: known) ?? format
  }
}
