import CFFmpeg

/// From the input's times to the output's: the same, but that an output of a window begins with
/// the window.
struct TimeShift {
  /// The window's start and end, in microseconds of the input's time; nil where it is open.
  let start: Int64?
  let end: Int64?

  private static let microseconds = AVRational(num: 1, den: AV_TIME_BASE)

  init(_ sampler: borrowing Sampler) {
    (start, end) = sampler.window
  }

  /// The output's time for one of the input's, in the same unit.
  func apply(_ time: Int64, _ timeBase: Rational) -> Int64 {
    guard let start else { return time }
    return time &- av_rescale_q(start, Self.microseconds, timeBase.raw)
  }

  /// Moves a packet's timestamps.
  func apply(to packet: borrowing Packet, _ timeBase: Rational) {
    let raw = packet.raw
    if raw.pointee.pts != shim_nopts { raw.pointee.pts = apply(raw.pointee.pts, timeBase) }
    if raw.pointee.dts != shim_nopts { raw.pointee.dts = apply(raw.pointee.dts, timeBase) }
  }

  /// Whether a packet begins in the window.
  ///
  /// - Parameters:
  ///   - packet: Borrowed.
  ///   - timeBase: The unit of its timestamps.
  ///   - earlyEnd: An end before the window's, in microseconds; nil for none.
  /// - Returns: Whether it does; one without timestamps does.
  func includes(
    _ packet: borrowing Packet, _ timeBase: Rational, end earlyEnd: Int64?
  ) -> Bool {
    guard let time = packet.time else { return true }
    func order(_ limit: Int64) -> CInt {
      av_compare_ts(time, timeBase.raw, limit, Self.microseconds)
    }
    if let start, order(start) < 0 { return false }
    for limit in [end, earlyEnd] {
      if let limit, order(limit) >= 0 { return false }
    }
    return true
  }
}
