import CFFmpeg

/// A container's clock, made to go on where it restarts or jumps.
///
/// A broadcast's clock restarts at a splice, a cut or a new programme; a recording of a stream restarts
/// when the sender does. What comes after such a place is moved by one offset for all streams, so that
/// pictures and sound stay together: by that which lets the decoded video go on without a gap. As
/// FFmpeg's own tool does with `-dts_delta_threshold`, but that packets of another stream which
/// still belong to the time before the place stay there.
struct ContainerClock {
  /// A place where it does not go on.
  struct Jump {
    /// Where, in microseconds of the time that goes on.
    let time: Ticks
    /// By how much it is off there, in microseconds; less than 0 for a clock that goes back.
    let distance: Ticks
  }

  /// What is known of one stream.
  private struct Track {
    let clock: Int
    let kind: Kind
    /// The epoch of its clock that it has come to.
    var epoch: Int
    /// When its next packet is due, in microseconds.
    var next: Ticks?
    /// When the last picture so far is over.
    var end: Ticks?
    /// Until when its time is taken by packets from before the last place.
    var taken: Ticks?
    /// A gap that is longer than this is none, in microseconds; nil where all are.
    let longestGap: Ticks?
  }

  private enum Kind {
    /// The stream that is decoded.
    case main
    case video
    case sound
    /// Subtitles and data, which come whenever they like.
    case sparse
  }

  /// One for each programme of the container: what is added to each epoch's timestamps, in
  /// microseconds, and where it has come to.
  private struct Clock {
    var offsets: [Ticks] = [.zero]
    var position: Ticks?
  }

  private let context: UnsafeMutablePointer<AVFormatContext>
  private let main: Int
  /// How far it may go back before that is a jump, in microseconds.
  private let tolerance: Ticks
  /// How far forward; nil where gaps of any length are the container's right.
  private let longestGap: Ticks?
  private var tracks: [Int: Track] = [:]
  private var clocks: [Int: Clock] = [:]
  /// Where the file has come to.
  private var position: Ticks?

  /// The first jump.
  private(set) var firstJump: Jump?
  private(set) var jumpCount = 0
  /// Packets of sound that were left out because what was before a jump had their time, by stream.
  private(set) var overlaps: [Int: Int] = [:]

  /// - Parameters:
  ///   - context: Borrowed; must live as long as this.
  ///   - main: The index of the stream that is decoded.
  init(_ context: borrowing InputContext, main: Int) {
    self.context = context.raw
    self.main = main
    if context.mayRestart {
      (tolerance, longestGap) = (Ticks(100_000), Ticks(10_000_000))
    } else {
      (tolerance, longestGap) = (Ticks(1_000_000), nil)
    }
  }

  /// Moves a packet's timestamps.
  ///
  /// - Parameters:
  ///   - packet: In units of its stream's time base.
  ///   - stream: Its stream.
  /// - Returns: Whether there is room for it: a packet of sound may stand where another is already.
  mutating func correct(
    _ packet: borrowing Packet, _ stream: UnsafeMutablePointer<AVStream>
  ) -> Bool {
    let index = packet.streamIndex
    var track = tracks[index] ?? makeTrack(stream, index)
    defer { tracks[index] = track }
    var clock = clocks[track.clock] ?? Clock()
    defer { clocks[track.clock] = clock }
    let unit = Rational(stream.pointee.time_base)
    var isWanted = true
    if let dts = Ticks(known: packet.raw.pointee.dts) {
      let time = dts.rescaled(from: unit, to: .microseconds)
      if track.kind == .sparse {
        track.epoch = nearestEpoch(to: time, clock)
      } else {
        let length = length(of: packet, stream, unit)
        let shown = packet.time?.rescaled(from: unit, to: .microseconds)
        follow(time, shown: track.kind == .sound ? nil : shown, length, &track, &clock)
        if let shown {
          track.end = max(track.end ?? Ticks(.min), shown + offset(track, clock) + length)
        }
        let moved = time + offset(track, clock)
        track.next = moved + length
        if track.kind == .sound, let taken = track.taken {
          isWanted = moved + Ticks(length.count / 2) > taken
          if isWanted { track.taken = nil } else { overlaps[index, default: 0] += 1 }
        }
        clock.position = moved
        position = moved
      }
    }
    let offset = offset(track, clock)
    if offset != .zero { Self.move(packet, by: offset.rescaled(from: .microseconds, to: unit)) }
    return isWanted
  }

  /// Sees whether a stream goes on, and if not, finds the epoch in which it does.
  private mutating func follow(
    _ time: Ticks, shown: Ticks?, _ length: Ticks, _ track: inout Track, _ clock: inout Clock
  ) {
    guard let due = track.next ?? clock.position ?? position else { return }
    let isFirst = track.next == nil
    if isFirst { track.epoch = nearestEpoch(to: time, clock) }
    // Decoding times that a demuxer has only guessed may go back by a few pictures.
    let guessed = longestGap == nil ? Ticks(length.count.saturatingMultiply(16)) : .zero
    let tolerance = max(self.tolerance, guessed)
    let off = time + clock.offsets[track.epoch] - due
    // A stream that begins may do so before what the others have come to.
    let isBack = isFirst ? longestGap.map { off < -$0 } ?? false : off < -tolerance
    guard isBack || track.longestGap.map({ off > $0 }) ?? false else { return }
    // Another stream may have come to the place before.
    for epoch in clock.offsets.indices.dropFirst(track.epoch + 1) {
      let off = time + clock.offsets[epoch] - due
      guard off.count.magnitude <= Self.farthest else { continue }
      track.epoch = epoch
      settle(off, due, &track, &clock)
      return
    }
    var offset = due - time
    // Where pictures are stored in another order than before, or one is only guessed, those that are
    // shown must not overlap.
    if let shown, let end = track.end { offset = max(offset, end - shown) }
    jumpCount += 1
    firstJump = firstJump ?? Jump(time: due, distance: off)
    // One that begins elsewhere, or after too many places to keep, takes the last one's place.
    if clock.offsets.count < Self.epochsKept { clock.offsets.append(.zero) }
    track.epoch = clock.offsets.count - 1
    clock.offsets[track.epoch] = offset
  }

  /// Puts an epoch that another stream has begun where this one can go on too.
  private func settle(_ off: Ticks, _ due: Ticks, _ track: inout Track, _ clock: inout Clock) {
    // Steady pictures are worth more than sound that fits to the sample.
    if track.kind == .main && off <= tolerance || off < -tolerance {
      clock.offsets[track.epoch] = clock.offsets[track.epoch] - off
    } else if off < .zero {
      track.taken = due
    }
  }

  private func offset(_ track: Track, _ clock: Clock) -> Ticks { clock.offsets[track.epoch] }

  private func nearestEpoch(to time: Ticks, _ clock: Clock) -> Int {
    guard clock.offsets.count > 1, let position = clock.position else { return 0 }
    func distance(_ epoch: Int) -> UInt64 {
      (time + clock.offsets[epoch] - position).count.magnitude
    }
    return clock.offsets.indices.reversed().min { distance($0) < distance($1) } ?? 0
  }

  /// How far from where it is due a stream may go on in an epoch that another one has begun.
  private static let farthest = 10_000_000 as UInt64
  private static let epochsKept = 1 << 16

  private func makeTrack(_ stream: UnsafeMutablePointer<AVStream>, _ index: Int) -> Track {
    // Each programme of a multiplex has a clock of its own.
    let program = av_find_program_from_stream(context, nil, CInt(index))
    let kind: Kind =
      switch stream.pointee.codecpar.pointee.codec_type {
      case AVMEDIA_TYPE_VIDEO: index == main ? .main : .video
      case AVMEDIA_TYPE_AUDIO: .sound
      default: .sparse
      }
    // FFmpeg takes a clock that restarts for one that has come to its end, and adds all its range.
    let bits = stream.pointee.pts_wrap_bits
    let range =
      bits > 1 && bits < 63
      ? Ticks(1 << Int64(bits - 2)).rescaled(
        from: Rational(stream.pointee.time_base), to: .microseconds) : nil
    return Track(
      clock: Int(program?.pointee.id ?? -1), kind: kind, epoch: 0,
      longestGap: [longestGap, range].compactMap(\.self).min())
  }

  /// How long a packet lasts, in microseconds; 0 when unknown.
  private func length(
    of packet: borrowing Packet, _ stream: UnsafeMutablePointer<AVStream>, _ unit: Rational
  ) -> Ticks {
    let duration = packet.raw.pointee.duration
    if duration > 0 { return Ticks(duration).rescaled(from: unit, to: .microseconds) }
    let rate = stream.pointee.avg_frame_rate
    guard rate.num > 0, rate.den > 0 else { return .zero }
    return Ticks(1).rescaled(from: Rational(rate.den, rate.num), to: .microseconds)
  }

  private static func move(_ packet: borrowing Packet, by offset: Ticks) {
    let raw = packet.raw
    if let pts = Ticks(known: raw.pointee.pts) { raw.pointee.pts = (pts + offset).field }
    if let dts = Ticks(known: raw.pointee.dts) { raw.pointee.dts = (dts + offset).field }
  }
}
