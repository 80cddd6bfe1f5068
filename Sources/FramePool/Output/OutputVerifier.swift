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
    /// What a lossless encoder was given.
    let proof: LosslessProof?
  }

  private let expectation: Expectation
  private let input: FilePath
  private let job: OutputJob
  private let threads: Int
  private(set) var losses: [String] = []
  /// What is worth knowing and no loss.
  private(set) var notes: [String] = []

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
    let match = StreamMatch(expectation.carriage.expected, in: demuxer.context)
    let streams = match.found
    guard let video = streams[expectation.videoIndex] else {
      throw failure("\(expectation.carriage.expected[expectation.videoIndex].name) is not in it")
    }
    let findings = match.findings(expectation)
    losses += findings.losses
    notes += findings.notes
    let packets = Packets(demuxer.context, video: video, expectation, streams)
    // They are counted; while frames are decoded nobody takes them.
    demuxer.carried.restrict(to: [])
    try compareCounts(packets, video)
    compareContents(packets, streams)
    try compareTimes(packets, demuxer.context, video)
    losses += FactComparison(expectation, demuxer.context, streams).losses
    try decode(demuxer, video, packets)
  }

  private func failure(_ what: String) -> FramePoolError {
    FramePoolError(.outputFailed, "\(input): its output failed the check: \(what)")
  }

  /// What is in the file, packet by packet.
  private struct Packets {
    var counts: [Int]
    /// Of the streams beside the video.
    var contents: [PacketContent]
    /// Streams of sound of which no packet could be decoded.
    var undecodable: Set<Int> = []
    var times: [Ticks] = []
    /// Whether decoding timestamps go back anywhere, which no player takes.
    var goesBack = false

    /// Reads all of it.
    ///
    /// - Parameters:
    ///   - context: The file.
    ///   - video: The index of the video.
    ///   - expectation: What was written.
    ///   - streams: Where that is in the file.
    init(
      _ context: borrowing InputContext, video: Int, _ expectation: Expectation, _ streams: [Int?]
    ) {
      counts = Array(repeating: 0, count: context.streamCount)
      contents = Array(repeating: PacketContent(), count: context.streamCount)
      // A container may add to the end of sound, to fill its last packet.
      var limits = Array(repeating: Int64(0), count: context.streamCount)
      var checks: [Int: SoundCheck] = [:]
      for (index, stream) in streams.enumerated() {
        guard let stream, stream != video else { continue }
        limits[stream] = expectation.written[index].content.bytes
        if let found = context.stream(stream) { checks[stream] = SoundCheck(of: found) }
      }
      let packet = Packet()
      var last: Ticks?
      while av_read_frame(context.raw, packet.raw) >= 0 {
        let index = packet.streamIndex
        if index < counts.count, packet.raw.pointee.size > 0 {
          counts[index] += 1
          if index != video { contents[index].add(packet, upTo: limits[index]) }
          checks[index]?.look(at: packet)
        }
        if index == video, packet.raw.pointee.size > 0, let time = packet.time {
          times.append(time)
          if let dts = Ticks(known: packet.raw.pointee.dts) {
            if let last, dts < last { goesBack = true }
            last = dts
          }
        }
        av_packet_unref(packet.raw)
      }
      for (index, check) in checks where counts[index] > 0 && !check.finish() {
        undecodable.insert(index)
      }
    }
  }

  private mutating func compareCounts(_ packets: Packets, _ video: Int) throws(FramePoolError) {
    let written = expectation.written[expectation.videoIndex]
    let (found, wanted) = (packets.counts[video], written.packets)
    // Parsers may cut the video of odd containers otherwise.
    guard found == wanted else {
      let refusal = written.refusal
      throw failure(
        "\(Quantity.text(found, "packet")) of video stream \(expectation.videoIndex) instead of "
          + "\(wanted)" + (refusal.map { " (\($0))" } ?? ""))
    }
    if written.empty > 0 {
      let encoder = EncoderCatalog.name(expectation.plan.choice.codec)
      losses.append(
        "frames: \(encoder) left out \(written.empty) that are like the one before")
    }
    guard wanted + written.empty == expectation.frames else {
      throw failure(
        "the encoder gave \(Quantity.text(wanted, "packet")) for "
          + Quantity.text(expectation.frames, "frame"))
    }
  }

  /// Sees that the streams beside the video are there: as many packets as were written, or the same
  /// bytes in other pieces.
  private mutating func compareContents(_ packets: Packets, _ streams: [Int?]) {
    for (index, stream) in expectation.carriage.expected.enumerated()
    where stream.hasPackets && index != expectation.videoIndex {
      guard let position = streams[index] else { continue }
      let wanted = expectation.written[index]
      let (found, content) = (packets.counts[position], packets.contents[position])
      if packets.undecodable.contains(position) {
        losses.append(
          "\(stream.name): FFmpeg cannot decode it as \(expectation.plan.container) keeps it")
        continue
      }
      // Where pieces mean nothing, only the bytes count.
      let isPieces = !Self.isPCM(stream.codec)
      if isPieces, found == wanted.packets { continue }
      if content.begins(with: wanted.content) { continue }
      // Transport streams and their like put several frames into a packet, and headers before them.
      if isPieces, !isTimed, found > 0, content.bytes >= wanted.content.bytes { continue }
      losses.append(
        isPieces
          ? "\(stream.name): \(Quantity.text(found, "packet")) of \(wanted.packets) can be read from "
            + expectation.plan.container
          : "\(stream.name): \(content.bytes) of \(wanted.content.bytes) bytes can be read from "
            + "\(expectation.plan.container), or others than were written")
    }
  }

  /// Whether a codec is plain samples, without headers in between.
  private static func isPCM(_ codec: AVCodecID) -> Bool {
    if codec == AV_CODEC_ID_PCM_DVD || codec == AV_CODEC_ID_PCM_BLURAY { return false }
    let all = AV_CODEC_ID_PCM_S16LE.rawValue..<AV_CODEC_ID_ADPCM_IMA_QT.rawValue
    return all.contains(codec.rawValue)
  }

  /// Sees that each frame is at its time.
  private mutating func compareTimes(
    _ packets: Packets, _ context: borrowing InputContext, _ video: Int
  ) throws(FramePoolError) {
    let index = expectation.videoIndex
    guard let stream = context.stream(video) else { return }
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
  private mutating func decode(
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
    var decoder: Decoder
    do throws(FramePoolError) {
      decoder = try Decoder(reading: chosen, path: job.part.path, threads: threads)
    } catch {
      throw failure("it cannot be decoded again" + (error.cause.map { " (\($0))" } ?? ""))
    }
    guard let first = packets.times.min(), let last = packets.times.max() else { return }
    if hasIndex { guard decoder.restart(atKeyframeBefore: first) else { return } }
    if job.encoding.verification == .full {
      var count = 0
      while let frame = try decoder.next() {
        try compare(frame, at: count)
        count += 1
      }
      let wanted = expectation.frames - expectation.written[expectation.videoIndex].empty
      guard count == wanted, decoder.errorCount == 0 else {
        throw failure(
          "\(Quantity.text(count, "frame")) can be decoded, with "
            + "\(Quantity.text(decoder.errorCount, "error")), of \(expectation.frames)")
      }
      return
    }
    // The last sixteen frames are decoded whatever they are.
    let sorted = packets.times.sorted()
    let end = sorted.suffix(16).first
    let isProved = expectation.proof != nil
    decoder.skim(until: hasIndex ? nil : end, exactly: isProved)
    guard let frame = try decoder.next(), decoder.errorCount == 0 else {
      throw failure("its first frame cannot be decoded")
    }
    try compare(frame, at: 0)
    // Without an index reading goes on, and the first frame may have been the last.
    var count = hasIndex ? 0 : 1
    var time = hasIndex ? nil : frame.time
    if hasIndex {
      guard decoder.restart(atKeyframeBefore: last) else { return }
      decoder.skim(until: end, exactly: isProved)
    }
    while let frame = try decoder.next() {
      count += 1
      time = frame.time ?? time
      if let index = Self.index(of: frame.time, in: sorted) { try compare(frame, at: index) }
    }
    guard count > 0, decoder.errorCount == 0, !isTimed || time == last else {
      throw failure("its last frame cannot be decoded")
    }
  }

  /// Sees that a frame from a lossless encoder has the samples that the encoder was given.
  private mutating func compare(
    _ frame: borrowing Frame, at index: Int
  ) throws(FramePoolError) {
    guard expectation.proof?.matches(frame, at: index) == false else { return }
    let choice = expectation.plan.choice
    if let levels = choice.reservedLevels {
      let loss = "exact samples: \(levels)"
      if !losses.contains(loss) { losses.append(loss) }
      return
    }
    throw failure(
      "frame \(index + 1) is not what \(EncoderCatalog.name(choice.codec)) was given, which loses "
        + "nothing")
  }

  /// Which frame is shown at a time; nil where none is, or more than one.
  private static func index(of time: Ticks?, in sorted: [Ticks]) -> Int? {
    guard let time else { return nil }
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < time { low = middle + 1 } else { high = middle }
    }
    guard low < sorted.count, sorted[low] == time else { return nil }
    return low + 1 < sorted.count && sorted[low + 1] == time ? nil : low
  }
}
