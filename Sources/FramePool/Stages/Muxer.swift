import CFFmpeg
import SystemPackage

/// Packets to a container.
struct Muxer: ~Copyable {
  /// The file.
  private let context: OutputContext
  /// Nanoseconds spent writing.
  private(set) var nanoseconds: UInt64 = 0
  /// By how much the packets of a stream are written later than they are, in the muxer's time base.
  var offsets: [Int: Ticks] = [:]
  /// The stream of the encoded pictures, whose packets must all be taken.
  var mainIndex = 0
  /// What was handed over, by the stream's index in the output.
  private(set) var written: [Written] = []

  /// What was written to one stream.
  struct Written {
    /// Packets with something in them, and without.
    var packets = 0
    var empty = 0
    /// The last decoding timestamp, in the muxer's time base.
    var lastDTS: Ticks?
    /// The packets' presentation timestamps in the order in which they were handed over, in the
    /// muxer's time base; of video only.
    var times: [Ticks] = []
    /// Packets that are shown noticeably later than they should be, to follow the one before.
    var moved = 0
    /// Of carried streams: what was in the packets, whatever pieces it was in.
    var content = PacketContent()
    /// Packets that the muxer refused when they were handed over, and its words for the first.
    var refused = 0
    var refusal: FFmpegError?
  }

  init(
    creating path: FilePath, format: UnsafePointer<AVOutputFormat>
  ) throws(FFmpegError) {
    context = try OutputContext(creating: path, format: format)
  }

  /// The open container; for setting it up before ``writeHeader(_:)``.
  var raw: UnsafeMutablePointer<AVFormatContext> { context.raw }

  /// FFmpeg's name of the muxer.
  var name: String { String(cString: raw.pointee.oformat.pointee.name) }

  /// Whether encoders must give their headers apart from the packets.
  var needsGlobalHeader: Bool { raw.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0 }

  /// The streams' time bases.
  var timeBases: [Rational] {
    (0..<Int(raw.pointee.nb_streams)).map { index in
      Rational(allocated(raw.pointee.streams[index]).pointee.time_base)
    }
  }

  /// Adds a stream; its place among those added before is its index.
  func addStream() -> UnsafeMutablePointer<AVStream> { context.addStream() }

  /// Writes the header.
  ///
  /// - Parameter options: The muxer's.
  /// - Throws: ``FFmpegError``.
  mutating func writeHeader(_ options: [(name: String, value: String)]) throws(FFmpegError) {
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    try context.writeHeader(options)
    written = (0..<Int(raw.pointee.nb_streams)).map { _ in Written() }
  }

  /// Writes a packet.
  ///
  /// - Parameters:
  ///   - packet: Its timestamps are in units of `timeBase`.
  ///   - index: The stream's in the output.
  ///   - timeBase: The unit of its timestamps.
  /// - Throws: ``FFmpegError``; not for a packet that a muxer refuses beside the pictures, which is
  ///   counted in ``written``.
  mutating func write(
    _ packet: consuming Packet, to index: Int, timeBase: Rational
  ) throws(FFmpegError) {
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    let stream = allocated(raw.pointee.streams[index])
    let target = stream.pointee.time_base
    rescale(packet, from: timeBase, to: Rational(target))
    packet.raw.pointee.stream_index = CInt(index)
    if let offset = offsets[index] {
      let raw = packet.raw
      if let pts = Ticks(known: raw.pointee.pts) { raw.pointee.pts = (pts + offset).field }
      if let dts = Ticks(known: raw.pointee.dts) { raw.pointee.dts = (dts + offset).field }
    }
    // Positions in the input mean nothing here.
    packet.raw.pointee.pos = -1
    keepOrder(of: packet, index)
    // FLAC's encoder ends with a packet of nothing but a new header; Theora's has nothing to say of a
    // picture that is like the one before.
    let isEmpty = packet.raw.pointee.size <= 0
    if isEmpty { written[index].empty += 1 } else { written[index].packets += 1 }
    if index != mainIndex { written[index].content.add(packet) }
    if !isEmpty, stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO {
      written[index].times.append(Ticks(packet.raw.pointee.pts))
    }
    do throws(FFmpegError) {
      try context.write(packet)
    } catch {
      try refuse(error, index)
    }
  }

  /// Refusals of one stream's packets after which it is clear that none is taken.
  private static let patience = 64

  /// Notes that a packet was refused.
  ///
  /// The check finds out what is missing of which stream: the muxer may have refused one that waited
  /// for this.
  ///
  /// - Throws: ``FFmpegError``: `error` where it is more than a refusal, or where no other stream can be
  ///   meant than the main one.
  private mutating func refuse(_ error: FFmpegError, _ index: Int) throws(FFmpegError) {
    guard error.code.isRefusal, written.count > 1, !hasFailed,
      index != mainIndex || written[index].refused < Self.patience
    else { throw error }
    written[index].refused += 1
    if written[index].refusal == nil { written[index].refusal = error }
  }

  /// Whether writing to the file itself has failed.
  var hasFailed: Bool { raw.pointee.pb?.pointee.error ?? 0 < 0 }

  /// Whether a carried stream's packets are refused one after the other.
  func isHopeless(_ index: Int) -> Bool { written[index].refused >= Self.patience }

  /// Writes what is left, the index, and closes the file.
  ///
  /// - Throws: ``FFmpegError``, for an earlier write that failed too.
  mutating func finish() throws(FFmpegError) {
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    try context.writeTrailer()
  }

  /// Sees that decoding timestamps grow: containers refuse others, and rounding to a coarse time
  /// base can make two of them equal.
  private mutating func keepOrder(of packet: borrowing Packet, _ index: Int) {
    let raw = packet.raw
    if raw.pointee.dts == shim_nopts { raw.pointee.dts = raw.pointee.pts }
    if raw.pointee.pts == shim_nopts { raw.pointee.pts = raw.pointee.dts }
    let isStrict = context.raw.pointee.oformat.pointee.flags & AVFMT_TS_NONSTRICT == 0
    let earliest = written[index].lastDTS.map { $0 + Ticks(isStrict ? 1 : 0) }
    guard let dts = Ticks(known: raw.pointee.dts) else {
      // FLAC's new header at the end has no time; what FFmpeg would guess may be too early.
      if let earliest { (raw.pointee.pts, raw.pointee.dts) = (earliest.field, earliest.field) }
      return
    }
    if let earliest, dts < earliest {
      raw.pointee.dts = earliest.field
      if raw.pointee.pts < raw.pointee.dts {
        let later = earliest - Ticks(raw.pointee.pts)
        raw.pointee.pts = raw.pointee.dts
        // Less is rounding.
        if later.time(in: timeBases[index]).seconds > 0.0011 { written[index].moved += 1 }
      }
    }
    written[index].lastDTS = Ticks(raw.pointee.dts)
  }

  /// As `av_packet_rescale_ts`, but that times beyond 64 bits become the limit instead of none.
  private func rescale(_ packet: borrowing Packet, from unit: Rational, to target: Rational) {
    let raw = packet.raw
    func rescaled(_ field: Int64) -> Int64 {
      Ticks(known: field)?.rescaled(from: unit, to: target).field ?? field
    }
    raw.pointee.pts = rescaled(raw.pointee.pts)
    raw.pointee.dts = rescaled(raw.pointee.dts)
    if raw.pointee.duration > 0 { raw.pointee.duration = rescaled(raw.pointee.duration) }
  }
}
