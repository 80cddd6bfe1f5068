/// Whether something that each frame says stays as the first frame says it.
struct Steadiness<Value: Equatable> {
  /// How many frames say it.
  private(set) var count = 0
  /// What the first of them says.
  private(set) var first: Value?
  /// What the last of them says.
  private(set) var latest: Value?
  /// How many say something else than the first.
  private(set) var otherCount = 0
  /// What the first of those says.
  private(set) var other: Value?

  /// Takes down what one more frame says.
  mutating func add(_ value: Value) {
    count += 1
    if first == nil { first = value }
    if value != latest { latest = value }
    guard value != first else { return }
    otherCount += 1
    if other == nil { other = value }
  }
}

extension Steadiness<[UInt8]> {
  /// As ``add(_:)``, without a copy of bytes that are those of the frame before.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    if let latest, latest.elementsEqual(bytes) {
      add(latest)
    } else {
      add(Array(bytes))
    }
  }
}
