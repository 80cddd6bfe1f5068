import CFFmpeg

/// A timestamp or a length of time, counted in units of some time base.
///
/// A file may claim any number: sums and differences end at the limits of 64 bits instead of ending
/// the process. FFmpeg's `AV_NOPTS_VALUE` is no number of ticks but nil.
struct Ticks: Hashable, Comparable, Sendable {
  /// The number of units.
  let count: Int64

  /// So many units.
  init(_ count: Int64) {
    self.count = count
  }

  /// What stands in a field of FFmpeg's; nil for `AV_NOPTS_VALUE`.
  init?(known count: Int64) {
    guard count != shim_nopts else { return nil }
    self.count = count
  }

  static let zero = Ticks(0)

  static func < (left: Ticks, right: Ticks) -> Bool { left.count < right.count }

  static func + (left: Ticks, right: Ticks) -> Ticks {
    Ticks(left.count.saturatingAdd(right.count))
  }

  static func - (left: Ticks, right: Ticks) -> Ticks {
    Ticks(left.count.saturatingSubtract(right.count))
  }

  static prefix func - (ticks: Ticks) -> Ticks { zero - ticks }

  /// The same time in another unit, rounded to the nearest.
  ///
  /// The corresponding C function is `av_rescale_q`, but that a result beyond 64 bits is the limit. A
  /// time base without a value makes nothing of anything.
  func rescaled(from unit: Rational, to target: Rational) -> Ticks {
    // The one number that FFmpeg takes for none, and what it says when the result has no room.
    let result = av_rescale_q(field, unit.raw, target.raw)
    guard result == .min else { return Ticks(result) }
    guard unit.value != nil, target.value != nil else { return .zero }
    return Ticks(count < 0 ? .min &+ 1 : .max)
  }

  /// The same time in seconds.
  func time(in unit: Rational) -> MediaTime {
    MediaTime(seconds: unit.seconds(count))
  }

  /// Whether this is before (-1), at (0) or after (1) a time in another unit; exact, by
  /// `av_compare_ts`.
  func order(_ unit: Rational, _ other: Ticks, _ otherUnit: Rational) -> Int {
    guard unit.value != nil, otherUnit.value != nil else { return 0 }
    return Int(av_compare_ts(count, unit.raw, other.count, otherUnit.raw))
  }

  /// What stands in a field of FFmpeg's for this many: a number that is none to FFmpeg is moved by
  /// one.
  var field: Int64 { count == shim_nopts ? count &+ 1 : count }
}

extension Rational {
  /// The unit in which FFmpeg counts a container's own times.
  static let microseconds = Rational(1, AV_TIME_BASE)

  /// The unit of Matroska's delays.
  static let nanoseconds = Rational(1, 1_000_000_000)
}
