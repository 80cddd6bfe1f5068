import Glibc

/// Nanoseconds of `CLOCK_MONOTONIC`, for measuring.
///
/// Cheaper than `ContinuousClock` where a stage reads it twice a frame: no 128-bit arithmetic.
enum MonotonicClock {
  static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Seconds from `start` to now.
  static func seconds(since start: UInt64) -> Double {
    Double(now() &- start) / 1e9
  }
}
