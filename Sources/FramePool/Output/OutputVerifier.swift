import CFFmpeg
import SystemPackage

/// Opens an output that was written and sees that it is what it should be.
struct OutputVerifier {
  /// What should be in the file.
  struct Expectation {
    let plan: EncodingPlan
    let videoIndex: Int
    let frames: Int
    /// Seconds from the first frame's time to the end of the last one.
    let length: Double
    /// Seconds that a frame lasts, as a rule.
    let frameLength: Double
    let written: [Muxer.Written]
    /// The time base of each stream while it was written.
    let timeBases: [Rational]
    let carriage: Carriage
  }

  private let expectation: Expectation
  private let input: FilePath
  private let job: OutputJob
  private let threads: Int
  private(set) var losses: [String] = []

  init(_ expectation: Expectation, _ job: OutputJob, input: FilePath, threads: Int) {
    self.expectation = expectation
    self.job = job
    self.input = input
    self.threads = threads
  }

  /// Containers that keep each frame's time.
  private static let timed: Set<String> = ["mp4", "mov", "matroska", "webm", "nut"]

  private var isTimed: Bool { Self.timed.contains(expectation.plan.container) }

  /// Verifies.
  ///
  /// What is missing of the pictures or of a carried stream is an error; what is only said
  /// differently, or no more, is a loss.
  ///
  /// - Throws: ``FramePoolError`` of code `outputFailed`.
  mutating func verify() throws(FramePoolError) {
    let before = FFmpegLog.counts()
    defer { FFmpegLog.restore(before) }
    // One packet with all frames, which FFmpeg's own demuxer cannot read.
    if EncoderCatalog.name(expectation.plan.choice.codec) == "libwebp_anim" { return }
    let demuxer: Demuxer
    do throws(FramePoolError) {
      demuxer = try Demuxer(
        opening: job.part.path,
        options: .init(maxPixels: Int(Int32.max), allowPlaylists: false, carries: { _ in true }))
    } catch {
      throw failure("it cannot be opened again: \(error)")
    }
    let streams = try streams(of: demuxer.context)
    let video = streams[expectation.videoIndex]
    let packets = Packets(demuxer.context, video: video)
    // They are counted; while frames are decoded nobody takes them.
    demuxer.carried.restrict(to: [])
    try compareCounts(packets, streams)
    try compareTimes(packets, demuxer.context, streams)
    losses += FactComparison(expectation, demuxer.context, streams).losses
    try decode(demuxer, video, packets)
  }

  private func failure(_ what: String) -> FramePoolError {
    FramePoolError(.outputFailed, "\(input): its output failed the check: \(what)")
  }

  /// The file's stream for each that was written.
  private func streams(of context: borrowing InputContext) throws(FramePoolError) -> [Int] {
    let expected = expectation.carriage.expected
    // Attachments may come back at the end, and a chapter track on top.
    var free = Array(0..<context.streamCount)
    var found: [Int] = []
    for (index, stream) in expected.enumerated() {
      let position = free.indices.first { position in
        context.stream(free[position])?.pointee.codecpar.pointee.codec_id == stream.codec
      }
      guard let position else {
        throw failure(
          "stream \(index), \(stream.kind) in \(String(cString: avcodec_get_name(stream.codec))), "
            + "is not in it")
      }
      found.append(free.remove(at: position))
    }
    return found
  }

  /// What is in the file, packet by packet.
  private struct Packets {
    var counts: [Int]
    var times: [Ticks] = []
    /// Whether decoding timestamps go back anywhere, which no player takes.
    var goesBack = false

    init(_ context: borrowing InputContext, video: Int) {
      counts = Array(repeating: 0, count: context.streamCount)
      let packet = Packet()
      var last: Ticks?
      while av_read_frame(context.raw, packet.raw) >= 0 {
        let index = packet.streamIndex
        if index < counts.count { counts[index] += 1 }
        if index == video, let time = packet.time {
          times.append(time)
          if let dts = Ticks(known: packet.raw.pointee.dts) {
            if let last, dts < last { goesBack = true }
            last = dts
          }
        }
        av_packet_unref(packet.raw)
      }
    }
  }

  private func compareCounts(_ packets: Packets, _ streams: [Int]) throws(FramePoolError) {
    for (index, stream) in expectation.carriage.expected.enumerated() where stream.hasPackets {
      let (found, wanted) = (packets.counts[streams[index]], expectation.written[index].packets)
      // Parsers may cut carried audio of odd containers otherwise; frames are frames.
      let isExact = index == expectation.videoIndex || isTimed
      if isExact ? found != wanted : found == 0 && wanted > 0 {
        throw failure(
          "\(Quantity.text(found, "packet")) of \(stream.kind) stream \(index) instead of \(wanted)"
        )
      }
    }
    let encoded = expectation.written[expectation.videoIndex].packets
    guard encoded == expectation.frames else {
      throw failure(
        "the encoder gave \(Quantity.text(encoded, "packet")) for "
          + Quantity.text(expectation.frames, "frame"))
    }
  }

  /// Sees that each frame is at its time.
  private mutating func compareTimes(
    _ packets: Packets, _ context: borrowing InputContext, _ streams: [Int]
  ) throws(FramePoolError) {
    let index = expectation.videoIndex
    guard let stream = context.stream(streams[index]) else { return }
    let unit = Rational(stream.pointee.time_base)
    let written = expectation.written[index].times
    let before = expectation.timeBases[index]
    guard packets.times.count == written.count, let first = packets.times.first else {
      if isTimed { throw failure("frames without timestamps") }
      losses.append("timestamps: \(expectation.plan.container) does not keep them")
      return
    }
    if isTimed, packets.goesBack { throw failure("its decoding timestamps go back") }
    let shift = first - written[0].rescaled(from: before, to: unit)
    var worst: UInt64 = 0
    for (found, wanted) in zip(packets.times, written) {
      worst = max(
        worst, ((found - shift) - wanted.rescaled(from: before, to: unit)).count.magnitude)
    }
    let error = unit.seconds(Int64(clamping: worst))
    if error > 0.0011 {
      let text = "timestamps are up to \(milliseconds(error)) off"
      if isTimed { throw failure(text) }
      losses.append("\(text): \(expectation.plan.container) does not keep them exactly")
    }
    let later = shift.time(in: unit).seconds
    if abs(later) > 0.0011 { losses.append("start: all times are \(milliseconds(later)) later") }
    compareLength(stream, context, first: packets.times.min() ?? first)
  }

  /// Compares the length that the container gives to the video, to a frame.
  private mutating func compareLength(
    _ stream: UnsafeMutablePointer<AVStream>, _ context: borrowing InputContext, first: Ticks
  ) {
    let unit = Rational(stream.pointee.time_base)
    var found: Double
    if stream.pointee.duration != shim_nopts {
      found = unit.seconds(stream.pointee.duration)
    } else if expectation.carriage.expected.count == 1, context.raw.pointee.duration != shim_nopts {
      found = Double(context.raw.pointee.duration) / Double(AV_TIME_BASE)
    } else {
      return
    }
    // Matroska counts from zero, wherever the first frame is.
    if ContainerChoice.isMatroska(expectation.plan.container) {
      found -= max(.zero, first).time(in: unit).seconds
    }
    guard abs(found - expectation.length) > expectation.frameLength + 0.0011 else { return }
    losses.append(
      "length: \(milliseconds(found)) instead of \(milliseconds(expectation.length))")
  }

  private func milliseconds(_ seconds: Double) -> String {
    "\((seconds * 1e4).rounded() / 10) ms"
  }

  /// Decodes the first frame and the last ones, or all.
  private func decode(
    _ demuxer: consuming Demuxer, _ video: Int, _ packets: Packets
  ) throws(FramePoolError) {
    // Another video stream may look like the better choice to FFmpeg; and without an index, only
    // reading from the beginning leads to the first frame and to the last.
    let hasIndex = demuxer.hasTrustedIndex
    let chosen =
      demuxer.streamIndex == video && hasIndex
      ? demuxer
      : try Demuxer(
        opening: job.part.path,
        options: .init(stream: video, maxPixels: Int(Int32.max), allowPlaylists: false))
    var decoder = try Decoder(reading: chosen, path: job.part.path, threads: threads)
    guard let first = packets.times.min(), let last = packets.times.max() else { return }
    if hasIndex { guard decoder.restart(atKeyframeBefore: first) else { return } }
    if job.encoding.verification == .full {
      var count = 0
      while try decoder.next() != nil { count += 1 }
      guard count == expectation.frames, decoder.errorCount == 0 else {
        throw failure(
          "\(Quantity.text(count, "frame")) can be decoded, with "
            + "\(Quantity.text(decoder.errorCount, "error")), of \(expectation.frames)")
      }
      return
    }
    // The last sixteen frames are decoded whatever they are.
    let end = packets.times.sorted().suffix(16).first
    decoder.skim(until: hasIndex ? nil : end)
    guard try decoder.next() != nil, decoder.errorCount == 0 else {
      throw failure("its first frame cannot be decoded")
    }
    if hasIndex {
      guard decoder.restart(atKeyframeBefore: last) else { return }
      decoder.skim(until: end)
    }
    var time: Ticks?
    while let frame = try decoder.next() { time = frame.time ?? time }
    guard time != nil, decoder.errorCount == 0, !isTimed || time == last else {
      throw failure("its last frame cannot be decoded")
    }
  }
}
