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
    let probe = Probe(input, path: job.input)
    if let chosen = probe.streams.first(where: \.isChosen), isEncrypted(chosen.index, of: input) {
      throw FramePoolError(encrypted: job.input.path)
    }
    return probe
  }

  /// Whether a stream is encrypted, as far as its header and its first packet say.
  private static func isEncrypted(_ index: Int, of input: borrowing InputContext) -> Bool {
    guard let stream = input.stream(index) else { return false }
    if input.isMarkedEncrypted(stream) { return true }
    if FFmpegLog.counts().codingErrors > 0 || stream.pointee.codecpar.pointee.width == 0 {
      return input.saysEncrypted(stream)
    }
    // In MP4 alone it stands beside each packet; the first ones have been read already.
    guard input.formatName.hasPrefix("mov") else { return false }
    let packet = Packet()
    for _ in 0..<128 {
      guard av_read_frame(input.raw, packet.raw) >= 0 else { return false }
      if packet.streamIndex == index { return packet.isEncrypted }
      av_packet_unref(packet.raw)
    }
    return false
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
