/// A time in a video, or between two, in seconds: always a finite number, whatever file or flag it
/// comes from.
package struct MediaTime: Hashable, Comparable, Sendable {
  /// Seconds.
  package let seconds: Double

  /// So many seconds; 0 for what is not a number, the largest number for infinity.
  package init(seconds: Double) {
    let limit = Double.greatestFiniteMagnitude
    self.seconds = seconds.isNaN ? 0 : min(limit, max(-limit, seconds))
  }

  package static func < (left: MediaTime, right: MediaTime) -> Bool {
    left.seconds < right.seconds
  }

  package static func + (left: MediaTime, right: MediaTime) -> MediaTime {
    MediaTime(seconds: left.seconds + right.seconds)
  }

  package static func - (left: MediaTime, right: MediaTime) -> MediaTime {
    MediaTime(seconds: left.seconds - right.seconds)
  }

  /// In whole microseconds, rounded; the limits of 64 bits for what is beyond them.
  package var microseconds: Int64 { Int64(saturating: (seconds * 1e6).rounded()) }

  /// In whole milliseconds, rounded; the limits of 64 bits for what is beyond them.
  package var milliseconds: Int64 { Int64(saturating: (seconds * 1e3).rounded()) }
}
