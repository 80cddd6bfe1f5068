import CFFmpeg

/// One video through the stages: demux, decode, filter chain, sink.
enum VideoPipeline {
  /// Something that happened on the way.
  enum Event {
    /// A frame left the filter chain.
    case frame(VideoProgress)
    /// Measurements of frames are complete.
    case records(FrameRecords)
  }

  /// Runs the stages to the end and writes down what happened.
  ///
  /// - Parameters:
  ///   - job: What to do.
  ///   - record: Filled in, as far as the video goes.
  ///   - report: Told what happens.
  /// - Returns: The stages, for whoever wants to decide when their memory is given back; nil when
  ///   they could not be opened.
  @discardableResult
  static func run(
    _ job: VideoJob, _ record: inout VideoRecord, report: (Event) -> Void
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
      var recorder = job.records ? FrameRecorder() : nil
      var output: VideoOutput?
      let sinks = try FrameSinks.make(job, for: chain)
      let thumbnails = job.thumbnails.map { width in
        Thumbnails(
          width: width,
          start: chain.sampler.decoder.demuxer.context.startTime.time(in: .microseconds).seconds,
          duration: record.stream?.duration)
      }
      if let thumbnails { chain.onInput = { thumbnails.note(before: $0, $1) } }
      let failure = pull(
        &chain, &tally, &checksum, &recorder, &output, sinks, thumbnails, job,
        duration: record.stream?.duration, report)
      chain.settle()
      record.thumbnails = thumbnails?.pictures(filtered: !job.filters.isEmpty) ?? []
      if let checksum = checksum.take() {
        record.seconds.checksum = Double(checksum.nanoseconds) / 1e9
        record.checksum = checksum.finish()
      }
      write(chain, tally, into: &record)
      try refuseEncrypted(chain, job)
      if let failure { throw failure }
      if chain.sampler.decoder.frameCount > 0 {
        for sink in sinks { try sink.finish() }
      }
      try finish(output.take(), job, &chain, &record)
      try judge(chain, job, &record)
      note(job.sampling, &record)
      note(chain.sampler.decoder.demuxer, &record)
      record.notes += FFmpegLog.counts().remarks.map { "FFmpeg says: \($0)" }
      if job.output != nil, tally.count == 0 {
        throw FramePoolError(
          .outputFailed, "\(job.input.path): no frame came out of the filters, nothing is written")
      }
    } catch {
      fail(error, &record)
    }
    return chain
  }

  private static func fail(_ error: FramePoolError, _ record: inout VideoRecord) {
    // What the machine lacked is not the file's fault, however a decoder puts it.
    let shortage = error.code == .corrupt ? FFmpegLog.counts().firstShortage : nil
    record.failure = .init(
      kind: shortage == nil ? error.code : .outOfMemory,
      message: error.description + (shortage.map { "; the machine ran short: \($0)" } ?? ""))
    record.isDamaged = false
  }

  static func open(
    _ job: VideoJob, _ record: inout VideoRecord
  ) throws(FramePoolError) -> FilterChain {
    let plan = try FilterPlan(job.filters)
    return try FilterChain(
      reading: try sampler(for: job, &record), plan: plan, rotation: job.rotation,
      path: job.input.path, threads: job.threads)
  }

  /// The stages up to the sampler, at the first frame that is wanted or before it.
  ///
  /// Where reading can begin near the start, it does; but the frames must be those that a decoder
  /// gives that has read everything. So when the first frame is late, or anything is complained
  /// about on the way, all of it is read after all.
  private static func sampler(
    for job: VideoJob, _ record: inout VideoRecord
  ) throws(FramePoolError) -> Sampler {
    if let start = job.sampling.start, start > 0 {
      var demuxer = try demuxer(for: job, &record)
      guard demuxer.hasTrustedIndex else { return try sampler(reading: demuxer, job) }
      let time = demuxer.context.startTime + Ticks(MediaTime(seconds: start).microseconds)
      if demuxer.seek(before: time) {
        let before = FFmpegLog.counts()
        var sampler = try sampler(reading: demuxer, job)
        // Without a frame it may have been led beyond the last one.
        if try sampler.advanceToStart(), sampler.decoder.errorCount == 0,
          sampler.decoder.frameCount > 0, FFmpegLog.counts() == before
        {
          return sampler
        }
        FFmpegLog.restore(before)
      }
    }
    return try sampler(reading: try demuxer(for: job, &record), job)
  }

  private static func demuxer(
    for job: VideoJob, _ record: inout VideoRecord
  ) throws(FramePoolError) -> Demuxer {
    let demuxer = try Demuxer(
      opening: job.input.path,
      options: .init(
        stream: job.stream, maxPixels: job.maxPixels, allowPlaylists: job.allowPlaylists,
        carries: { stream in job.output.map { carries(stream, $0.encoding) } ?? false },
        spillDirectory: job.output?.part.path.directory))
    record.stream = StreamInfo.summary(of: demuxer.stream, in: demuxer.context)
    record.seconds.demux = Double(demuxer.nanoseconds) / 1e9
    return demuxer
  }

  /// Whether a stream's packets may be wanted for the output.
  private static func carries(
    _ stream: UnsafeMutablePointer<AVStream>, _ settings: EncodingSettings
  ) -> Bool {
    guard settings.streams == .all else { return false }
    switch StreamPlan.kind(stream) {
    case "audio": return settings.audio != .none
    case "subtitle": return settings.subtitles != .none
    case "video": return true
    default: return false
    }
  }

  private static func sampler(
    reading demuxer: consuming Demuxer, _ job: VideoJob
  ) throws(FramePoolError) -> Sampler {
    let decoder = try Decoder(
      reading: demuxer, path: job.input.path, threads: job.threads,
      keyframesOnly: job.sampling.keyframes, alpha: job.showsAlpha)
    return Sampler(reading: decoder, job.sampling)
  }

  /// Pulls every frame through.
  ///
  /// - Returns: The error that ended it, or nil at the end of the stream.
  private static func pull(
    _ chain: inout FilterChain, _ tally: inout FrameTally, _ checksum: inout FrameChecksum?,
    _ recorder: inout FrameRecorder?, _ output: inout VideoOutput?, _ sinks: [any FrameSink],
    _ thumbnails: Thumbnails?, _ job: VideoJob, duration: Double?, _ report: (Event) -> Void
  ) -> FramePoolError? {
    defer { if let rest = recorder?.take() { report(.records(rest)) } }
    do throws(FramePoolError) {
      while let frame = try chain.next() {
        let index = tally.count
        let bytes = index == 0 ? frame.byteCount : 0
        tally.add(frame, timeBase: chain.timeBase)
        thumbnails?.note(after: frame, chain.timeBase)
        checksum?.update(frame)
        if let full = recorder?.add(frame, index: index, timeBase: chain.timeBase) {
          report(.records(full))
        }
        for sink in sinks {
          try sink.write(frame, timeBase: chain.timeBase, frameRate: chain.frameRate)
        }
        if let wanted = job.output {
          if output == nil {
            chain.findCarriedStarts()
            output = try VideoOutput.open(wanted, job, first: frame, from: chain)
          }
          try output?.write(frame, from: chain)
        }
        if job.threads > 1, index == 0, isMuch(after: chain, job) {
          // From the second frame on: the first one decides about the output, for which the stages
          // are looked at.
          chain.runAhead(frames: max(1, min(framesAhead, bytesAhead / max(1, bytes))))
        }
        report(
          .frame(
            VideoProgress(
              frames: tally.count, timestamp: tally.lastTimestamp, duration: duration)))
      }
      return nil
    } catch {
      return error
    }
  }

  /// How many decoded frames may wait for the filters.
  ///
  /// They take memory: as many as cover for the unevenness of frames, and no more.
  private static let framesAhead = 4

  /// How many bytes of them, but for the one that there must be.
  private static let bytesAhead = 96 << 20

  /// Whether enough is done with the frames for a thread of its own.
  private static func isMuch(after chain: borrowing FilterChain, _ job: VideoJob) -> Bool {
    !chain.isPassive || job.checksum || job.output != nil || !job.sinks.isEmpty
  }

  /// Ends the output and checks it.
  ///
  /// - Throws: What is wrong with it.
  private static func finish(
    _ output: consuming VideoOutput?, _ job: VideoJob, _ chain: inout FilterChain,
    _ record: inout VideoRecord
  ) throws(FramePoolError) {
    guard let wanted = job.output,
      let expectation = try close(output, &chain, &record)
    else { return }
    let start = MonotonicClock.now()
    var verifier = OutputVerifier(
      expectation, wanted, input: job.input.path, threads: job.threads)
    try verifier.verify()
    record.losses += verifier.losses
    record.notes += verifier.notes
    record.seconds.verify = MonotonicClock.seconds(since: start)
    guard wanted.encoding.strict, !record.losses.isEmpty else { return }
    throw FramePoolError(
      strictlyRefusing: record.losses, of: job.input.path, isForeseen: false)
  }

  /// Ends the output; the encoder's memory is free when this returns, before a decoder needs as much.
  private static func close(
    _ output: consuming VideoOutput?, _ chain: inout FilterChain, _ record: inout VideoRecord
  ) throws(FramePoolError) -> OutputVerifier.Expectation? {
    guard var output else { return nil }
    return try output.finish(&chain, &record)
  }

  private static func write(
    _ chain: borrowing FilterChain, _ tally: FrameTally, into record: inout VideoRecord
  ) {
    record.frames.decoded = chain.sampler.decoder.frameCount
    record.frames.sampled = chain.sampler.frameCount
    record.frames.filtered = tally.count
    record.frames.decodeErrors =
      chain.sampler.decoder.errorCount + (chain.sampler.decoder.demuxer.readError == nil ? 0 : 1)
    record.seconds.demux = Double(chain.sampler.decoder.demuxer.nanoseconds) / 1e9
    record.seconds.decode = Double(chain.sampler.decoder.nanoseconds) / 1e9
    record.seconds.filter = Double(chain.nanoseconds) / 1e9
    record.startOffset = tally.firstTimestamp
    record.lastTimestamp = tally.lastTimestamp
    record.stream?.variableFrameRate = tally.isVariable
    if record.stream?.pixelFormat == nil { record.stream?.pixelFormat = tally.firstPixelFormat }
    record.formats = tally.formats.count > 1 ? tally.formats : []
    record.conversions = chain.conversions
    record.measurements = chain.measurements
    record.usedFFmpegFilters = chain.usedFFmpegFilters
  }

  /// Says so where nothing of a file was wanted.
  private static func note(_ sampling: Sampling, _ record: inout VideoRecord) {
    guard record.frames.sampled == 0 else { return }
    if let start = sampling.start {
      let end = sampling.duration.map { start + $0 }
      record.notes.append(
        "no frame lies in the window from \(Quantity.seconds(start))"
          + (end.map { " to \(Quantity.seconds($0))" } ?? " on"))
    } else if sampling.keyframes {
      record.notes.append("no frame is a keyframe")
    }
  }

  /// Says so where the container's clock restarted or jumped.
  private static func note(_ demuxer: borrowing Demuxer, _ record: inout VideoRecord) {
    let clock = demuxer.clock
    guard let first = clock.firstJump else { return }
    let time = (first.time - demuxer.context.startTime).time(in: .microseconds).seconds
    let distance = first.distance.time(in: .microseconds).seconds
    let places = clock.jumpCount == 1 ? "once, " : "\(clock.jumpCount) times, first "
    record.notes.append(
      "the container's clock jumps \(places)by \(distance > 0 ? "+" : "")"
        + "\(Quantity.fixed(distance, 3)) s after \(Quantity.seconds(max(0, time))): time goes on "
        + "where it stopped")
  }
}
