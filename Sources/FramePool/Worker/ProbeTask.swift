import CFFmpeg

/// Opens a file, looks at it and closes it: in a worker, because the file is a stranger's.
public enum ProbeTask: PoolTask {
  /// `probe`.
  public static let name = "probe"

  /// Looks at the file.
  public static func run(_ job: VideoJob, _ context: inout TaskContext<NoProgress>) throws -> Probe
  {
    FFmpegLog.install(verbose: job.verbose)
    _ = Sandbox.enter()
    let input = try InputContext(opening: job.input.path, allowPlaylists: job.allowPlaylists)
    do throws(FFmpegError) {
      try input.findStreamInfo(maxPixels: job.maxPixels)
    } catch {
      throw FramePoolError(
        .corrupt, "\(job.input.path): no stream can be made out in it", cause: error)
    }
    return Probe(input, path: job.input)
  }

  /// Cuts what is longer than anybody reads.
  public static func accept(_ probe: Probe) throws -> Probe {
    var probe = probe
    WorkerClaims.cut(&probe.container)
    try WorkerClaims.check(probe.bitRate, "a bit rate")
    try WorkerClaims.check(probe.chapters, "a number of chapters")
    try WorkerClaims.check(probe.duration, "a duration", isSigned: true)
    return probe
  }
}
