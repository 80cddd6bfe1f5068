/// What becomes of each value of a sample.
enum PointTable<Sample: KernelSample> {
  /// It stays.
  case identity
  /// It becomes the largest value minus itself, which needs no table.
  case invert
  /// The entry at its place, for all values from 0 to the largest.
  case table([Sample])

  /// Fills a table.
  init(maximum: Int, _ map: (Int) -> Int) {
    self = .table((0...maximum).map { Sample(min(max(map($0), 0), maximum)) })
  }

  /// This table and then another.
  func followed(by next: PointTable, maximum: Int) -> PointTable {
    switch (self, next) {
    case (.identity, _): next
    case (_, .identity): self
    case (.invert, .invert): .identity
    case (_, .table(let entries)):
      PointTable(maximum: maximum) { Int(entries[value(of: $0, maximum: maximum)]) }
    case (.table, .invert):
      PointTable(maximum: maximum) { maximum - value(of: $0, maximum: maximum) }
    }
  }

  /// What becomes of a value.
  func value(of value: Int, maximum: Int) -> Int {
    switch self {
    case .identity: value
    case .invert: maximum - value
    case .table(let entries): Int(entries[value])
    }
  }

  /// Whether nothing changes.
  var isIdentity: Bool {
    if case .identity = self { true } else { false }
  }

  /// Maps a row; the target may be the source.
  func apply(
    _ set: KernelSet, _ source: UnsafePointer<Sample>, _ target: UnsafeMutablePointer<Sample>,
    _ n: Int, maximum: Sample
  ) {
    switch self {
    case .identity: if source != target { target.update(from: source, count: n) }
    case .invert: PointKernels.invertRow(set, source, target, n, maximum: maximum)
    case .table(let entries):
      Sample.lookup(set, source, target, n, table: entries, maximum: maximum)
    }
  }
}
