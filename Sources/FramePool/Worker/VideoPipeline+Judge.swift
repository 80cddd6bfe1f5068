import CFFmpeg

extension VideoPipeline {
  /// Decides whether the video is whole, damaged or lost.
  static func judge(
    _ chain: borrowing FilterChain, _ job: VideoJob, _ record: inout VideoRecord
  ) throws(FramePoolError) {
    try refuseUnreadable(chain, job)
    let path = job.input.path
    let logged = FFmpegLog.counts()
    if let shortage = logged.firstShortage {
      throw FramePoolError(
        .outOfMemory,
        "\(path): the machine ran short after "
          + "\(Quantity.text(chain.sampler.decoder.frameCount, "frame")): \(shortage)")
    }
    var complaints: [String] = []
    if chain.sampler.decoder.errorCount > 0 {
      complaints.append(Quantity.text(chain.sampler.decoder.errorCount, "decode error"))
    }
    if let error = chain.sampler.decoder.demuxer.readError { complaints.append("\(error)") }
    if logged.codingErrors > 0 {
      complaints.append(
        "FFmpeg reported \(Quantity.text(logged.codingErrors, "error")), first: "
          + (logged.firstCodingError ?? ""))
    }
    guard !complaints.isEmpty else { return }
    record.isDamaged = true
    record.failure = .init(
      kind: .corrupt,
      message:
        "\(path) is damaged, \(Quantity.text(chain.sampler.decoder.frameCount, "frame")) could be "
        + "decoded: " + complaints.joined(separator: "; "))
  }

  /// Refuses a video that has been read to its end, and of which nothing could be decoded or only what
  /// a decoder makes of encrypted bytes.
  ///
  /// - Throws: ``FramePoolError`` with the class that says why.
  static func refuseUnreadable(
    _ chain: borrowing FilterChain, _ job: VideoJob
  ) throws(FramePoolError) {
    try refuseEncrypted(chain, job)
    let path = job.input.path
    let logged = FFmpegLog.counts()
    let codecError = chain.sampler.decoder.lastError
    // A file may well have no keyframe.
    let isEmptyByWish = job.sampling.keyframes && codecError == nil && logged.codingErrors == 0
    guard chain.sampler.decoder.frameCount == 0, !isEmptyByWish else { return }
    if let size = logged.refusedSize { throw PixelLimit.error(path, refused: size, job.maxPixels) }
    if logged.sawMissingFeature || codecError?.code == .patchWelcome
      || codecError?.code == .notImplemented
    {
      throw FramePoolError(
        .unsupported, "\(path) uses a feature that FFmpeg's decoder lacks", cause: codecError)
    }
    let hint = logged.firstCodingError.map { "; FFmpeg says: \($0)" } ?? ""
    let cause = codecError ?? chain.sampler.decoder.demuxer.readError
    throw FramePoolError(
      .corrupt, "\(path): no frame could be decoded" + (cause == nil ? hint : ""), cause: cause)
  }

  /// Refuses a video about which a decoder complained, where the container says that it is encrypted.
  static func refuseEncrypted(
    _ chain: borrowing FilterChain, _ job: VideoJob
  ) throws(FramePoolError) {
    let isSuspect =
      chain.sampler.decoder.frameCount == 0 || chain.sampler.decoder.errorCount > 0
      || FFmpegLog.counts().codingErrors > 0
    guard isSuspect,
      chain.sampler.decoder.demuxer.context.saysEncrypted(chain.sampler.decoder.demuxer.stream)
    else { return }
    throw FramePoolError(encrypted: job.input.path)
  }
}
