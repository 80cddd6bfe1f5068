import CFFmpeg

/// From the input's times to the output's.
///
/// They are the same, but that an output of a window begins with the window, and that of a broadcast,
/// whose clock runs on from anywhere, at zero. A clock that is below zero when the first picture is shown
/// begins with it.
struct TimeShift {
  /// What is zero in the output, in microseconds of the input's time.
  private let zero: Ticks
  /// The window's start and end, in microseconds of the input's time; nil where it is open.
  let start: Ticks?
  let end: Ticks?

  /// - Parameters:
  ///   - sampler: Knows the window.
  ///   - first: When the first picture is shown, in microseconds of the input's time; nil when that is
  ///     not known.
  init(_ sampler: borrowing Sampler, first: Ticks?) {
    (start, end) = sampler.window
    let own =
      sampler.decoder.demuxer.context.countsFromZero
      ? Ticks.zero : sampler.decoder.demuxer.context.startTime
    zero = start ?? min(own, first ?? own)
  }

  /// The output's time for one of the input's, in the same unit.
  func apply(_ time: Ticks, _ timeBase: Rational) -> Ticks {
    zero == .zero ? time : time - zero.rescaled(from: .microseconds, to: timeBase)
  }

  /// Moves a packet's timestamps.
  func apply(to packet: borrowing Packet, _ timeBase: Rational) {
    let raw = packet.raw
    if let pts = Ticks(known: raw.pointee.pts) { raw.pointee.pts = apply(pts, timeBase).field }
    if let dts = Ticks(known: raw.pointee.dts) { raw.pointee.dts = apply(dts, timeBase).field }
  }

  /// Whether a packet begins in the window.
  ///
  /// - Parameters:
  ///   - packet: Borrowed.
  ///   - timeBase: The unit of its timestamps.
  ///   - earlyEnd: An end before the window's, in microseconds; nil for none.
  /// - Returns: Whether it does; one without timestamps does.
  func includes(
    _ packet: borrowing Packet, _ timeBase: Rational, end earlyEnd: Ticks?
  ) -> Bool {
    guard let time = packet.time else { return true }
    func order(_ limit: Ticks) -> Int { time.order(timeBase, limit, .microseconds) }
    if let start, order(start) < 0 { return false }
    for limit in [end, earlyEnd] {
      if let limit, order(limit) >= 0 { return false }
    }
    return true
  }
}
