import CFFmpeg

/// From the input's times to the output's: the same, but that an output of a window begins with
/// the window.
struct TimeShift {
  /// The window's start and end, in microseconds of the input's time; nil where it is open.
  let start: Ticks?
  let end: Ticks?

  init(_ sampler: borrowing Sampler) {
    (start, end) = sampler.window
  }

  /// The output's time for one of the input's, in the same unit.
  func apply(_ time: Ticks, _ timeBase: Rational) -> Ticks {
    guard let start else { return time }
    return time - start.rescaled(from: .microseconds, to: timeBase)
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
