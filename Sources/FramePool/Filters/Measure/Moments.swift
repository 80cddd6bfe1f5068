/// Smallest, largest and mean of a measure over a video.
struct Moments {
  private var count = 0
  private var sum = 0.0
  private var smallest = Double.infinity
  private var largest = -Double.infinity

  /// Takes a frame's value.
  mutating func add(_ value: Double) {
    count += 1
    sum += value
    smallest = min(smallest, value)
    largest = max(largest, value)
  }

  /// For the report; empty where no frame had a value.
  var table: [String: MeasureValue] {
    guard count > 0 else { return [:] }
    return [
      "min": .number(smallest), "max": .number(largest), "mean": .number(sum / Double(count)),
    ]
  }
}
