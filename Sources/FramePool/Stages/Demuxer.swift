import CFFmpeg
import SystemPackage

/// Container to packets of one video stream.
struct Demuxer: ~Copyable {
  /// What to open and which limits hold.
  struct Options {
    /// The stream's index in the container, or nil for FFmpeg's choice.
    var stream: Int?
    /// The largest width x height that a stream may claim.
    var maxPixels: Int
    /// Whether playlists and their like are let through.
    var allowPlaylists: Bool
    /// Which of the other streams' packets are kept, by what is in them.
    var carries: (UnsafeMutablePointer<AVStream>) -> Bool = { _ in false }
    /// Where those wait that are too many for memory; nil for nowhere.
    var spillDirectory: FilePath?
  }

  /// The open file.
  let context: InputContext
  /// The chosen stream's index.
  let streamIndex: Int
  /// What was asked for.
  let options: Options
  /// How many streams there were when the file was opened; some containers get more on the way.
  let knownStreams: Int
  /// The packets of the other streams that are kept.
  let carried: CarriedPackets
  /// Nanoseconds spent opening, probing and reading.
  private(set) var nanoseconds: UInt64 = 0
  /// The error that ended the reading before the end of the file.
  private(set) var readError: FFmpegError?
  /// Whether a packet said that its payload is encrypted.
  private(set) var sawEncryption = false
  /// Makes times go on where the container's clock does not.
  private(set) var clock: ContainerClock
  /// Streams beside the chosen one of which a packet or the header said so.
  private(set) var encryptedStreams: Set<Int> = []
  private var isAtEnd = false
  /// Packets of the chosen stream that were read for the sake of others.
  private let ahead: CarriedPackets

  /// Opens the file and chooses the stream.
  ///
  /// - Throws: ``FramePoolError``: what ``InputContext`` throws, `noVideo`, `unsupported`,
  ///   `limitExceeded` or `corrupt`.
  init(opening path: FilePath, options: Options) throws(FramePoolError) {
    let start = MonotonicClock.now()
    let context = try InputContext(opening: path, allowPlaylists: options.allowPlaylists)
    // Before anything decodes: what the header claims may be all that there is to see of it.
    try Self.checkSizes(of: context, path, options)
    do throws(FFmpegError) {
      try context.findStreamInfo(maxPixels: options.maxPixels)
    } catch {
      throw FramePoolError(.corrupt, "\(path): no stream can be made out in it", cause: error)
    }
    let streamIndex = try Self.chooseStream(in: context, path, requested: options.stream)
    if let stream = context.stream(streamIndex), context.isMarkedEncrypted(stream) {
      throw FramePoolError(encrypted: path)
    }
    try Self.checkSizes(of: context, path, options)
    var carried: Set<Int> = []
    var incomplete: [Int] = []
    for index in 0..<context.streamCount where index != streamIndex {
      guard let stream = context.stream(index) else { continue }
      if options.carries(stream) {
        carried.insert(index)
        if !StreamInfo.isComplete(stream) { incomplete.append(index) }
        if context.isMarkedEncrypted(stream) { encryptedStreams.insert(index) }
      } else {
        stream.pointee.discard = AVDISCARD_ALL
      }
    }
    if !incomplete.isEmpty { LateStreams.complete(incomplete, of: context, path, options) }
    self.carried = CarriedPackets(
      carried, spillingInto: options.spillDirectory, keepsFirst: true)
    ahead = CarriedPackets([streamIndex])
    clock = ContainerClock(context, main: streamIndex)
    self.streamIndex = streamIndex
    knownStreams = context.streamCount
    self.context = context
    self.options = options
    nanoseconds = MonotonicClock.now() - start
  }

  /// The chosen stream; valid while the demuxer is.
  var stream: UnsafeMutablePointer<AVStream> {
    guard let stream = context.stream(streamIndex) else { fatalError("the stream was chosen") }
    return stream
  }

  /// The unit of the chosen stream's timestamps.
  var timeBase: Rational { Rational(stream.pointee.time_base) }

  /// The next packet of the chosen stream, or nil at the end; an error ends the stream too and is
  /// kept in ``readError``.
  mutating func next() -> Packet? {
    // It spills nothing, so nothing of it can be lost.
    if let packet = try? ahead.next() { return packet }
    return read()
  }

  /// Whether Matroska has alpha beside the first packet of the chosen stream.
  ///
  /// Only before the first packet was taken.
  mutating func firstPacketHasAlpha() -> Bool {
    guard let packet = read() else { return false }
    var additions = BlockAdditions()
    additions.add(packet)
    ahead.append(packet, timeBase: timeBase)
    return additions.hasAlpha
  }

  /// Reads on until it is known when the sound and the other videos that are carried begin, within
  /// reason.
  mutating func findCarriedStarts() {
    let context = context.raw
    func isSteady(_ index: Int) -> Bool {
      let type = context.pointee.streams[index]?.pointee.codecpar.pointee.codec_type
      return type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_VIDEO
    }
    for _ in 0..<Self.readAheadLimit {
      guard !carried.hasSeen(isSteady), let packet = read() else { return }
      ahead.append(packet, timeBase: timeBase)
    }
  }

  /// Packets of the chosen stream that may wait in memory for the first of another.
  private static let readAheadLimit = 128

  private mutating func read() -> Packet? {
    guard !isAtEnd else { return nil }
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    let packet = Packet()
    while true {
      let status = av_read_frame(context.raw, packet.raw)
      if status < 0 {
        if status == shim_averror(EAGAIN) { continue }
        isAtEnd = true
        if status != shim_averror_eof {
          readError = FFmpegError(
            code: .init(rawValue: status), function: "av_read_frame",
            logLine: FFmpegLog.lastErrorLine())
        } else if let io = context.raw.pointee.pb, io.pointee.error < 0,
          io.pointee.error != shim_averror_eof
        {
          readError = FFmpegError(
            code: .init(rawValue: io.pointee.error), function: "avio_read", logLine: nil)
        }
        return nil
      }
      if let stream = context.stream(packet.streamIndex), !clock.correct(packet, stream) {
        av_packet_unref(packet.raw)
        continue
      }
      if packet.streamIndex == streamIndex {
        if packet.isEncrypted { sawEncryption = true }
        return packet
      }
      if carried.wants(packet.streamIndex), let stream = context.stream(packet.streamIndex) {
        if packet.isEncrypted { encryptedStreams.insert(packet.streamIndex) }
        carried.append(packet, timeBase: Rational(stream.pointee.time_base))
      }
      av_packet_unref(packet.raw)
    }
  }

  /// Reads on for the sake of the carried streams, when nobody wants the chosen one any more.
  ///
  /// - Parameter time: Until where, in microseconds of the container's own time. Ends when every
  ///   carried stream that has come up is there, or the chosen one is far beyond.
  mutating func readCarried(until time: Ticks) {
    guard !carried.isEmpty else { return }
    // Containers keep streams closer together than ten seconds.
    let limit = time + Ticks(10_000_000)
    while let packet = next() {
      if carried.positions.allSatisfy({ $0.value >= time }), !carried.positions.isEmpty { return }
      if let position = packet.time, position.order(timeBase, limit, .microseconds) > 0 { return }
    }
  }

  /// As ``InputContext/hasTrustedIndex``.
  var hasTrustedIndex: Bool { context.hasTrustedIndex }

  /// Goes to the last keyframe before a time.
  ///
  /// Only before the first packet was read. The corresponding C function is `av_seek_frame`.
  ///
  /// - Parameter time: In microseconds of the container's own time.
  /// - Returns: Whether it worked; where it did not, the position is unknown.
  mutating func seek(before time: Ticks) -> Bool {
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    return seek(toKeyframeBefore: time.rescaled(from: .microseconds, to: timeBase))
  }

  /// Goes to the last keyframe at or before a time in units of the stream's time base.
  ///
  /// As ``seek(before:)``.
  mutating func seek(toKeyframeBefore time: Ticks) -> Bool {
    isAtEnd = false
    clock = ContainerClock(context, main: streamIndex)
    return av_seek_frame(context.raw, CInt(streamIndex), time.field, AVSEEK_FLAG_BACKWARD) >= 0
  }

  /// Sees that no video stream claims more pixels than are allowed.
  private static func checkSizes(
    of context: borrowing InputContext, _ path: FilePath, _ options: Options
  ) throws(FramePoolError) {
    for index in 0..<context.streamCount {
      guard let parameters = context.stream(index)?.pointee.codecpar.pointee,
        parameters.codec_type == AVMEDIA_TYPE_VIDEO
      else { continue }
      let (width, height) = (Int(parameters.width), Int(parameters.height))
      guard PixelLimit.allows(width, height, options.maxPixels) else {
        throw PixelLimit.error(path, width, height, options.maxPixels)
      }
    }
  }

  /// The index of the stream to decode: `requested`, or FFmpeg's choice, never a cover picture.
  static func chooseStream(
    in context: borrowing InputContext, _ path: FilePath, requested: Int?
  ) throws(FramePoolError) -> Int {
    if let requested {
      guard let stream = context.stream(requested) else {
        throw FramePoolError(
          .noVideo, "\(path) has no stream \(requested); it has \(context.streamCount)")
      }
      guard isVideo(stream) else {
        throw FramePoolError(
          .noVideo, "stream \(requested) of \(path) is no video; `vidproc probe` lists them")
      }
      return requested
    }
    let best = av_find_best_stream(context.raw, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
    if best >= 0, let stream = context.stream(Int(best)), isVideo(stream) { return Int(best) }
    // av_find_best_stream may prefer a cover picture to a video of fewer frames.
    if let other = (0..<context.streamCount).first(where: { index in
      context.stream(index).map { isVideo($0) } ?? false
    }) {
      return other
    }
    if context.streamCount == 0, let error = FFmpegLog.counts().firstCodingError {
      throw FramePoolError(
        .corrupt, "\(path): no stream can be made out in it; FFmpeg says: \(error)")
    }
    throw FramePoolError(.noVideo, "\(path) has no video stream")
  }

  private static func isVideo(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
      && stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
  }
}
