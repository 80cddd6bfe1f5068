import CFFmpeg
import SystemPackage

/// Takes the frames that leave the filter chain, beside the encoder or in its place.
///
/// A class, because an array of several kinds holds no noncopyable values; the pipeline is the only
/// owner.
protocol FrameSink: AnyObject {
  /// Takes a frame; borrowed.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - timeBase: The unit of its timestamps.
  ///   - frameRate: 0/1 when unknown.
  /// - Throws: ``FramePoolError``.
  func write(
    _ frame: borrowing Frame, timeBase: Rational, frameRate: Rational
  ) throws(FramePoolError)

  /// Completes what is made, so that it can be given its name.
  ///
  /// - Throws: ``FramePoolError``.
  func finish() throws(FramePoolError)
}

/// The sinks of a job.
enum FrameSinks {
  /// Makes them.
  static func make(
    _ job: VideoJob, for chain: borrowing FilterChain
  ) throws(FramePoolError) -> [any FrameSink] {
    var sinks: [any FrameSink] = []
    for wanted in job.sinks {
      let part = wanted.part.path
      switch wanted.sink {
      case .images(let format, let pattern):
        sinks.append(
          try ImageSink(format, pattern, directory: part, input: job.input.path, job.threads))
      case .sheet(let columns, let rows, let width):
        sinks.append(SheetSink(columns: columns, rows: rows, width: width, part, job.input.path))
      case .frameHash:
        sinks.append(
          RawSink(muxer: "framemd5", part, input: job.input.path, clock: clock(of: chain)))
      case .pipe(let format):
        sinks.append(
          RawSink(
            muxer: format == .y4m ? "yuv4mpegpipe" : "rawvideo", part, input: job.input.path))
      }
    }
    return sinks
  }

  /// Times as FFmpeg's own tool writes them: from the beginning of the container, and by the frame
  /// where the container says that frames are steady.
  private static func clock(of chain: borrowing FilterChain) -> RawSink.Clock {
    let stream = chain.sampler.decoder.demuxer.stream
    let rates = (Rational(stream.pointee.avg_frame_rate), Rational(stream.pointee.r_frame_rate))
    let isSteady = rates.0 == rates.1 && rates.0.value != nil
    return RawSink.Clock(
      steadyRate: isSteady ? chain.frameRate : nil,
      start: chain.sampler.decoder.demuxer.context.startTime)
  }

  /// The error for a sink that cannot go on.
  static func failure(_ error: FFmpegError, _ what: String, _ input: FilePath) -> FramePoolError {
    FramePoolError(
      error.code.isFullDisk ? .diskFull : .outputFailed, "\(input): its \(what) cannot be written",
      cause: error)
  }
}
