/// Intervals of a video in which something holds, by the frames' timestamps.
struct IntervalTracker {
  /// Seconds that an interval must last to count.
  let shortest: Double
  private var start: Double?
  private var last: Double?
  private var intervals: [MeasureValue] = []

  init(shortest: Double) {
    self.shortest = shortest
  }

  /// Takes a frame: whether it holds, and when the frame is shown.
  ///
  /// An interval goes from its first frame to the first after it, or to the video's last frame.
  mutating func add(_ holds: Bool, at seconds: Double?) {
    guard let seconds else { return }
    if holds {
      start = start ?? seconds
    } else {
      close(at: seconds)
    }
    last = seconds
  }

  /// Ends the interval that is open, at the last frame.
  mutating func finish() {
    if let last { close(at: last) }
  }

  /// For the report.
  var list: MeasureValue { .list(intervals) }

  /// Takes an interval that is known as a whole.
  mutating func add(from start: Double, to end: Double) {
    guard end - start >= shortest else { return }
    intervals.append(
      .table(["start": .number(start), "end": .number(end), "duration": .number(end - start)]))
  }

  private mutating func close(at end: Double) {
    if let start { add(from: start, to: end) }
    start = nil
  }
}
