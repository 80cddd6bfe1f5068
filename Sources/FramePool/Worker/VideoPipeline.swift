import CFFmpeg

/// One video through the stages: demux, decode, filter chain, sink.
enum VideoPipeline {
  /// Runs the stages to the end and writes down what happened.
  ///
  /// - Parameters:
  ///   - job: What to do.
  ///   - record: Filled in, as far as the video goes.
  ///   - report: Called after each frame with a way to make a progress report.
  /// - Returns: The stages, for whoever wants to decide when their memory is given back; nil when
  ///   they could not be opened.
  @discardableResult
  static func run(
    _ job: VideoJob, _ record: inout VideoRecord, report: (() -> VideoProgress) -> Void
  ) -> FilterChain? {
    var chain: FilterChain
    do throws(FramePoolError) {
      chain = try open(job, &record)
    } catch {
      fail(error, &record)
      return nil
    }
    do throws(FramePoolError) {
      var tally = FrameTally()
      var checksum = job.checksum ? FrameChecksum() : nil
      let failure = pull(&chain, &tally, &checksum, duration: record.stream?.duration, report)
      if let checksum = checksum.take() {
        record.seconds.checksum = Double(checksum.nanoseconds) / 1e9
        record.checksum = checksum.finish()
      }
      write(chain, tally, into: &record)
      if let failure { throw failure }
      try judge(chain, job, &record)
    } catch {
      fail(error, &record)
    }
    return chain
  }

  private static func fail(_ error: FramePoolError, _ record: inout VideoRecord) {
    record.failure = .init(kind: error.code, message: error.description)
    record.isDamaged = false
  }

  private static func open(
    _ job: VideoJob, _ record: inout VideoRecord
  ) throws(FramePoolError) -> FilterChain {
    let plan = try FilterPlan(job.filters)
    let demuxer = try Demuxer(
      opening: job.input.path,
      options: .init(
        stream: job.stream, maxPixels: job.maxPixels, allowPlaylists: job.allowPlaylists))
    record.stream = StreamInfo.summary(of: demuxer.stream, in: demuxer.context)
    record.seconds.demux = Double(demuxer.nanoseconds) / 1e9
    let decoder = try Decoder(reading: demuxer, path: job.input.path, threads: job.threads)
    return try FilterChain(
      reading: decoder, plan: plan, rotation: job.rotation, path: job.input.path,
      threads: job.threads)
  }

  /// Pulls every frame through.
  ///
  /// - Returns: The error that ended it, or nil at the end of the stream.
  private static func pull(
    _ chain: inout FilterChain, _ tally: inout FrameTally, _ checksum: inout FrameChecksum?,
    duration: Double?, _ report: (() -> VideoProgress) -> Void
  ) -> FramePoolError? {
    do throws(FramePoolError) {
      while let frame = try chain.next() {
        tally.add(frame, timeBase: chain.timeBase)
        checksum?.update(frame)
        report {
          VideoProgress(
            frames: tally.count, timestamp: tally.lastTimestamp, duration: duration)
        }
      }
      return nil
    } catch {
      return error
    }
  }

  private static func write(
    _ chain: borrowing FilterChain, _ tally: FrameTally, into record: inout VideoRecord
  ) {
    record.frames.decoded = chain.decoder.frameCount
    record.frames.filtered = tally.count
    record.frames.decodeErrors =
      chain.decoder.errorCount + (chain.decoder.demuxer.readError == nil ? 0 : 1)
    record.seconds.demux = Double(chain.decoder.demuxer.nanoseconds) / 1e9
    record.seconds.decode = Double(chain.decoder.nanoseconds) / 1e9
    record.seconds.filter = Double(chain.nanoseconds) / 1e9
    record.startOffset = tally.firstTimestamp
    record.lastTimestamp = tally.lastTimestamp
    record.stream?.variableFrameRate = tally.isVariable
    if record.stream?.pixelFormat == nil { record.stream?.pixelFormat = tally.firstPixelFormat }
    record.formats = tally.formats.count > 1 ? tally.formats : []
    record.conversions = chain.conversions
    record.usedFFmpegFilters = chain.usedFFmpegFilters
  }

  /// Decides whether the video is whole, damaged or lost.
  private static func judge(
    _ chain: borrowing FilterChain, _ job: VideoJob, _ record: inout VideoRecord
  ) throws(FramePoolError) {
    let path = job.input.path
    let logged = FFmpegLog.counts()
    let codecError = chain.decoder.lastError
    if chain.decoder.frameCount == 0 {
      if chain.decoder.demuxer.sawEncryption {
        throw FramePoolError(.unsupported, "\(path) is encrypted")
      }
      if logged.sawPixelLimit {
        throw FramePoolError(
          .limitExceeded, "\(path) has pictures of more pixels than --max-pixels \(job.maxPixels)")
      }
      if logged.sawMissingFeature || codecError?.code == .patchWelcome
        || codecError?.code == .notImplemented
      {
        throw FramePoolError(
          .unsupported, "\(path) uses a feature that FFmpeg's decoder lacks", cause: codecError)
      }
      let hint = logged.firstCodingError.map { "; FFmpeg says: \($0)" } ?? ""
      let cause = codecError ?? chain.decoder.demuxer.readError
      throw FramePoolError(
        .corrupt, "\(path): no frame could be decoded" + (cause == nil ? hint : ""), cause: cause)
    }
    var complaints: [String] = []
    if chain.decoder.errorCount > 0 {
      complaints.append(Quantity.text(chain.decoder.errorCount, "decode error"))
    }
    if let error = chain.decoder.demuxer.readError { complaints.append("\(error)") }
    if logged.codingErrors > 0 {
      complaints.append(
        "FFmpeg reported \(Quantity.text(logged.codingErrors, "error")), first: "
          + (logged.firstCodingError ?? ""))
    }
    guard !complaints.isEmpty else { return }
    record.isDamaged = true
    record.failure = .init(
      kind: .corrupt,
      message: "\(path) is damaged, \(Quantity.text(chain.decoder.frameCount, "frame")) could be "
        + "decoded: " + complaints.joined(separator: "; "))
  }
}
