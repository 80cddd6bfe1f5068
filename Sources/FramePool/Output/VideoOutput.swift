import CFFmpeg
import SystemPackage

/// One output while it is written: frames and carried packets go in, a container comes out.
///
/// Owns the encoder and the muxer. When it is let go without ``finish()``, the file is not whole.
struct VideoOutput: ~Copyable {
  /// The decisions.
  let plan: EncodingPlan
  private var fitter: FrameFitter
  private var encoder: Encoder
  /// What the frames say that went into the encoder.
  private var facts = FrameFacts()
  private var muxer: Muxer
  private let path: FilePath
  private let part: FilePath
  private let carriage: Carriage
  private let videoIndex: Int
  private let shift: TimeShift
  private var steadyRate: SteadyRate?
  /// The unit of the first frame's timestamp.
  private let sourceTimeBase: Rational
  /// Of an encoder that must lose nothing.
  private var proof: LosslessProof?
  /// The packets that are carried past the decoder, and the units of their streams' timestamps.
  private let carried: CarriedPackets
  private let carriedTimeBases: [Int: Rational]
  /// When the last packet of each carried stream is over, in its unit, by the input's stream.
  private var carriedEnds: [Int: Ticks] = [:]
  /// When it began.
  private var carriedTimes: [Int: Ticks] = [:]
  /// The carried streams that are sound, by their index in the input.
  private let carriesSound: Set<Int>
  /// Carried packets of which nobody knows when they belong, by the input's stream.
  private var untimed: [Int: Int] = [:]
  /// What ended the encoding of sound before its end, by the output's stream.
  private var transcodeErrors: [Int: FFmpegError] = [:]
  /// The last encoded packet, which waits for the next.
  private var held: Packet?
  /// When the last picture so far is over, in the encoder's time base.
  private var videoEnd = Ticks(.min)
  /// When the first picture is shown, in the encoder's time base.
  private var firstTime: Ticks?
  /// The timestamps of the first packet.
  private var firstTimes: (pts: Ticks, dts: Ticks)?
  /// When the last frame is over, in microseconds of the input's time.
  private var end: Ticks?

  /// Creates the file and opens the encoder.
  ///
  /// - Parameters:
  ///   - job: What is to be written.
  ///   - video: The video's job.
  ///   - first: The first frame; borrowed, it is still to be written.
  ///   - chain: Where it came from; borrowed.
  /// - Returns: The output, with its header written.
  /// - Throws: ``FramePoolError``.
  static func open(
    _ job: OutputJob, _ video: VideoJob, first: borrowing Frame, from chain: borrowing FilterChain
  ) throws(FramePoolError) -> VideoOutput {
    var plan = try EncodingPlan.make(first, from: chain, video, job.encoding)
    while true {
      if job.encoding.strict, !plan.losses.isEmpty {
        throw FramePoolError(
          strictlyRefusing: plan.losses, of: video.input.path, isForeseen: true)
      }
      var verdict = HeaderTrial.Verdict()
      do throws(FFmpegError) {
        return try VideoOutput(plan, job, video, first: first, from: chain, &verdict)
      } catch {
        // The trial had not the encoder's own header.
        guard plan.follow(verdict) else { throw failure(error, video.input.path, plan) }
      }
    }
  }

  private init(
    _ plan: EncodingPlan, _ job: OutputJob, _ video: VideoJob, first: borrowing Frame,
    from chain: borrowing FilterChain, _ verdict: inout HeaderTrial.Verdict
  ) throws(FFmpegError) {
    let shift = TimeShift(
      chain.sampler,
      first: first.time?.rescaled(from: chain.timeBase, to: .microseconds))
    let target = FrameFitter.Target(
      width: plan.width, height: plan.height, pixelFormat: plan.choice.pixelFormat,
      colours: PictureColours(of: plan.choice.codec.pointee.id))
    // Not the one for the frames: it would count the first one twice.
    var fitter = FrameFitter(target, threads: video.threads)
    let example = try fitter.fit(try first.makeReference(), timeBase: chain.timeBase)
    let frameRate = SteadyRate.exact(chain.frameRate)
    let steadyRate = SteadyRate(chain.timeBase, rate: frameRate, container: plan.container)
    let timeBase = steadyRate?.timeBase ?? chain.timeBase
    var muxer = try Muxer(creating: job.part.path, format: plan.muxer)
    let encoder = try Encoder(
      plan.choice.codec, options: plan.choice.options + plan.facts.options(plan.choice),
      for: example, timeBase: timeBase, frameRate: frameRate,
      threads: video.threads, needsGlobalHeader: muxer.needsGlobalHeader)
    var carriage = Carriage(plan, of: chain)
    let videoIndex = try carriage.addStreams(
      to: muxer, encoder: encoder, frameRate: frameRate, plan.facts, shift, from: chain)
    muxer.mainIndex = videoIndex
    do throws(FFmpegError) {
      try muxer.writeHeader(carriage.muxerOptions(plan, encoder.timeBase, from: chain))
    } catch {
      verdict = HeaderTrial(of: muxer.raw).verdict(beside: videoIndex)
      verdict.refused = Set(verdict.refused.map { carriage.expected[$0].source })
      throw error
    }
    // Whole units: what a demuxer takes off again is rounded in the same way.
    let units = muxer.timeBases
    muxer.offsets = Dictionary(
      uniqueKeysWithValues: carriage.offsets.map { index, nanoseconds in
        (index, Ticks(nanoseconds).rescaled(from: .nanoseconds, to: units[index]))
      })
    for cover in carriage.covers {
      guard let stream = chain.sampler.decoder.demuxer.context.stream(cover.source) else {
        continue
      }
      let packet = Packet()
      try check(av_packet_ref(packet.raw, &stream.pointee.attached_pic), "av_packet_ref")
      (packet.raw.pointee.pts, packet.raw.pointee.dts) = (0, 0)
      try muxer.write(packet, to: cover.target, timeBase: Rational(stream.pointee.time_base))
    }
    self.videoIndex = videoIndex
    self.steadyRate = steadyRate
    sourceTimeBase = chain.timeBase
    self.carriage = carriage
    self.encoder = encoder
    self.muxer = muxer
    self.plan = plan
    self.shift = shift
    carried = chain.sampler.decoder.demuxer.carried
    carriedTimeBases = Dictionary(
      uniqueKeysWithValues: carriage.sources.compactMap { index in
        chain.sampler.decoder.demuxer.context.stream(index).map {
          (index, Rational($0.pointee.time_base))
        }
      })
    carriesSound = Set(plan.streams.filter { $0.kind == "audio" }.map(\.index))
    path = video.input.path
    part = job.part.path
    self.fitter = FrameFitter(target, threads: video.threads)
    proof = plan.choice.isLossless ? LosslessProof(of: plan.choice.pixelFormat) : nil
  }

  /// Encodes a frame and writes what is ready.
  ///
  /// - Parameters:
  ///   - frame: From the chain.
  ///   - chain: For the packets that are carried past it.
  /// - Throws: ``FramePoolError``.
  mutating func write(
    _ frame: consuming Frame, from chain: borrowing FilterChain
  ) throws(FramePoolError) {
    do throws(FFmpegError) {
      let timeBase = chain.timeBase
      facts.add(frame)
      if plan.facts.carriesUserData(plan.choice) { frame.dropEncoderMarks() }
      if let time = frame.time {
        end = (time + frame.length).rescaled(from: timeBase, to: .microseconds)
      }
      // A chain whose time base changes in mid-stream is brought back to the first one.
      let time = frame.time.map { time in
        let time = shift.apply(time, timeBase).rescaled(from: timeBase, to: sourceTimeBase)
        return steadyRate?.time(time) ?? time
      }
      let length = frame.length.rescaled(from: timeBase, to: sourceTimeBase)
      let duration = steadyRate?.length(length) ?? length
      let fitted = try fitter.fit(frame, timeBase: timeBase)
      proof?.add(fitted)
      try encoder.send(fitted, pts: time, duration: duration)
      try writeEncoded()
      try writeCarried(until: nil)
    } catch {
      throw Self.failure(error, path, plan)
    }
  }

  /// Writes all that is left and closes the file.
  ///
  /// - Parameters:
  ///   - chain: For the packets that are carried past it.
  ///   - record: Filled in.
  /// - Returns: What was written, for checking it.
  /// - Throws: ``FramePoolError``.
  mutating func finish(
    _ chain: inout FilterChain, _ record: inout VideoRecord
  ) throws(FramePoolError) -> OutputVerifier.Expectation {
    let timeBases: [Rational]
    do throws(FFmpegError) {
      try encoder.drain()
      try writeEncoded()
      try writeHeld()
      let earlyEnd = chain.sampler.reachedLimit ? end : nil
      if let limit = earlyEnd ?? shift.end { chain.readCarried(until: limit) }
      try writeCarried(until: earlyEnd)
      for (source, transcoder) in carriage.transcoders {
        guard let index = carriage.index(of: source) else { continue }
        try encode(nil, with: transcoder, to: index)
      }
      timeBases = muxer.timeBases
      try muxer.finish()
    } catch {
      throw Self.failure(error, path, plan)
    }
    guard carriage.delays.patch(part) else {
      throw FramePoolError(.outputFailed, "\(path): the sound's delay cannot be written")
    }
    record.frames.written = encoder.frameCount
    record.seconds.encode = Double(encoder.nanoseconds) / 1e9
    record.seconds.mux = Double(muxer.nanoseconds) / 1e9
    let lateLosses = plan.facts.lateLosses(
      beside: plan.factLosses, plan.choice, written: facts, from: chain)
    record.losses += plan.losses + losses(chain) + lateLosses.map(\.text)
    record.conversions += conversions(facts.pixelFormat.first?.name)
    return OutputVerifier.Expectation(
      plan: plan, videoIndex: videoIndex, frames: encoder.frameCount,
      length: (videoEnd - (firstTime ?? .zero)).time(in: encoder.timeBase).seconds,
      frameLength: encoder.usualDuration.time(in: encoder.timeBase).seconds,
      written: muxer.written,
      timeBases: timeBases, carriage: carriage, proof: proof)
  }

  private mutating func writeEncoded() throws(FFmpegError) {
    while let packet = try encoder.next() {
      let (pts, dts) = (Ticks(packet.raw.pointee.pts), Ticks(packet.raw.pointee.dts))
      if firstTimes == nil { firstTimes = (pts, dts) }
      firstTime = min(firstTime ?? pts, pts)
      videoEnd = max(videoEnd, pts + Ticks(packet.raw.pointee.duration))
      // One behind: only when the next is there is it known that this is not the last.
      if let previous = held.take() {
        try muxer.write(previous, to: videoIndex, timeBase: encoder.timeBase)
      }
      held = consume packet
    }
  }

  /// Writes the last encoded packet.
  ///
  /// MP4 keeps the gaps between decoding times, and takes their sum for the length of the track:
  /// where the last packet is not the last picture, it must make up for what is missing of that.
  private mutating func writeHeld() throws(FFmpegError) {
    guard let last = held.take() else { return }
    if ContainerChoice.isMP4(plan.container), let first = firstTimes {
      let raw = last.raw
      let missing = (videoEnd - first.pts) - (Ticks(raw.pointee.dts) - first.dts)
      raw.pointee.duration = max(
        raw.pointee.duration, min(missing, videoEnd - Ticks(raw.pointee.pts)).count)
    }
    try muxer.write(last, to: videoIndex, timeBase: encoder.timeBase)
  }

  /// Writes the packets that were carried past the decoder, those in the window.
  private mutating func writeCarried(until end: Ticks?) throws(FFmpegError) {
    while let packet = try carried.next() {
      guard let index = carriage.index(of: packet.streamIndex),
        let timeBase = carriedTimeBases[packet.streamIndex], !muxer.isHopeless(index)
      else { continue }
      guard giveTime(to: packet) else { continue }
      guard shift.includes(packet, timeBase, end: end) else { continue }
      shift.apply(to: packet, timeBase)
      if let cut = carriage.cuts[packet.streamIndex], let time = packet.time, time < cut {
        continue
      }
      if let transcoder = carriage.transcoders[packet.streamIndex] {
        try encode(packet, with: transcoder, to: index)
      } else {
        try muxer.write(packet, to: index, timeBase: timeBase)
      }
    }
  }

  /// Sees that a carried packet has a time: where the input gives none, it follows the one before.
  ///
  /// - Returns: Whether it has; no container keeps one without.
  private mutating func giveTime(to packet: borrowing Packet) -> Bool {
    let (stream, raw) = (packet.streamIndex, packet.raw)
    if packet.time == nil {
      guard let next = carriedEnds[stream] else {
        untimed[stream, default: 0] += 1
        return false
      }
      (raw.pointee.pts, raw.pointee.dts) = (next.field, next.field)
    }
    guard let time = packet.time else { return true }
    // Sound goes on without a gap; and MP4 needs to know when the last packet is over.
    if raw.pointee.duration <= 0, carriesSound.contains(stream), let last = carriedTimes[stream] {
      raw.pointee.duration = max(0, (time - last).count)
    }
    carriedTimes[stream] = time
    carriedEnds[stream] = time + Ticks(max(0, raw.pointee.duration))
    return true
  }

  /// Encodes sound anew; nil for what is left at the end.
  private mutating func encode(
    _ packet: consuming Packet?, with transcoder: AudioTranscoder, to index: Int
  ) throws(FFmpegError) {
    guard transcodeErrors[index] == nil else { return }
    do throws(FFmpegError) {
      try transcoder.send(packet) { encoded throws(FFmpegError) in
        try muxer.write(encoded, to: index, timeBase: transcoder.timeBase)
      }
    } catch {
      guard error.code.isRefusal, !muxer.hasFailed else { throw error }
      transcodeErrors[index] = error
    }
  }

  /// What turned out to be lost while it was written.
  private func losses(_ chain: borrowing FilterChain) -> [String] {
    var losses = carriedLosses(chain)
    if fitter.resizedCount > 0 {
      losses.append(
        "frame size: \(Quantity.text(fitter.resizedCount, "frame")) of another size scaled to "
          + "\(plan.width)x\(plan.height)")
    }
    if encoder.movedCount > 0 {
      losses.append(
        "timestamps: \(Quantity.text(encoder.movedCount, "frame")) moved to follow the one before")
    }
    // An elementary stream has no times to lose.
    let untimed = encoder.untimedCount.saturatingAdd(chain.sampler.decoder.untimedCount)
    if untimed > 0, untimed < chain.sampler.decoder.frameCount {
      losses.append("timestamps: \(Quantity.text(untimed, "frame")) had none and got one")
    }
    return losses + soundLosses(chain)
  }

  /// What became of sound that did not fit where it stood.
  private func soundLosses(_ chain: borrowing FilterChain) -> [String] {
    var losses: [String] = []
    let overlaps = chain.sampler.decoder.demuxer.clock.overlaps
    for (index, stream) in carriage.expected.enumerated() where stream.hasPackets {
      let name = "\(stream.kind) stream \(stream.source)"
      if let count = overlaps[stream.source] {
        losses.append(
          "\(name): \(Quantity.text(count, "packet")) left out where the container's clock jumps, "
            + "over those from before")
      }
      let moved = muxer.written[index].moved
      if index != videoIndex, moved > 0 {
        losses.append(
          "timestamps of \(name): \(Quantity.text(moved, "packet")) moved to follow the one before")
      }
    }
    return losses
  }

  /// What of the other streams the muxer or an encoder did not take.
  private func carriedLosses(_ chain: borrowing FilterChain) -> [String] {
    let names = Dictionary(uniqueKeysWithValues: plan.streams.map { ($0.index, $0.name) })
    var losses: [String] = []
    for (index, stream) in carriage.expected.enumerated() {
      let name = names[stream.source] ?? "\(stream.kind) stream \(stream.source)"
      if let count = untimed[stream.source] {
        losses.append("\(name): \(Quantity.text(count, "packet")) without a timestamp left out")
      }
      if let error = transcodeErrors[index] {
        losses.append("\(name): it could not be encoded to its end (\(error))")
      }
      let written = muxer.written[index]
      if let refusal = written.refusal {
        losses.append(
          "\(name): \(plan.container) refused \(Quantity.text(written.refused, "packet"))"
            + (muxer.isHopeless(index) ? ", no more were tried" : "") + " (\(refusal))")
      }
    }
    let demuxer = (
      known: chain.sampler.decoder.demuxer.knownStreams,
      now: chain.sampler.decoder.demuxer.context.streamCount
    )
    for index in demuxer.known..<max(demuxer.known, demuxer.now) {
      guard let stream = chain.sampler.decoder.demuxer.context.stream(index),
        chain.sampler.decoder.demuxer.options.carries(stream)
      else { continue }
      losses.append(
        "\(StreamPlan.kind(stream)) stream \(index) (\(StreamInfo.codecName(stream))): "
          + "it came up only after the output was begun")
    }
    return losses
  }

  private func conversions(_ from: String?) -> [String] {
    let format = plan.choice.pixelFormat.name
    let name = from == format ? "\(format) of BT.601" : format
    return fitter.convertedCount == 0
      ? []
      : ["\(from ?? "other formats") to \(name) for the encoder"]
  }

  private static func failure(
    _ error: FFmpegError, _ input: FilePath, _ plan: EncodingPlan
  ) -> FramePoolError {
    switch error.code {
    case let code where code.isFullDisk:
      return FramePoolError(.diskFull, "\(input): the disk of its output is full", cause: error)
    case .noMemory:
      return FramePoolError(.outOfMemory, "\(input): memory ran out while encoding", cause: error)
    case .optionNotFound:
      return FramePoolError(
        .refused,
        "encoder \(EncoderCatalog.name(plan.choice.codec)) has no option "
          + "'\(error.logLine ?? "")'")
    default:
      return FramePoolError(
        .outputFailed,
        "\(input): its output cannot be written by \(EncoderCatalog.name(plan.choice.codec)) into "
          + plan.container, cause: error)
    }
  }
}
