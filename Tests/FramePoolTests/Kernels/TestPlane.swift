@testable import FramePool

/// A plane between guards: padding behind each row and rows before and after that must not change.
final class TestPlane<Sample: KernelSample> {
  /// What samples are.
  enum Content: CaseIterable {
    /// Anything.
    case random
    /// Only 0 and the largest value, anyhow.
    case extremes
    /// The largest value everywhere.
    case full
    /// 0 and the largest value in turn.
    case stripes
  }

  let view: PlaneView
  private let memory: UnsafeMutablePointer<Sample>
  private let count: Int
  private let isInside: (Int) -> Bool
  private static var guardValue: Sample { 0x5A }

  /// - Parameters:
  ///   - width: Samples in a row.
  ///   - height: Rows.
  ///   - padding: Samples behind each row.
  ///   - isBottomUp: Whether the stride is negative.
  init(width: Int, height: Int, padding: Int = 3, isBottomUp: Bool = false) {
    let stride = width + padding
    let lead = 2 * stride
    count = stride * height + 2 * lead
    memory = .allocate(capacity: count)
    memory.initialize(repeating: Self.guardValue, count: count)
    let size = MemoryLayout<Sample>.size
    let top = memory + lead + (isBottomUp ? stride * (height - 1) : 0)
    view = PlaneView(
      base: UnsafeMutableRawPointer(top), stride: (isBottomUp ? -stride : stride) * size,
      width: width, height: height)
    isInside = { index in
      let place = index - lead
      return place >= 0 && place < stride * height && place % stride < width
    }
  }

  deinit {
    memory.deallocate()
  }

  /// Fills it; the same `generator` gives the same samples.
  func fill(_ content: Content, maximum: Sample, _ generator: inout Generator) -> Self {
    for y in 0..<view.height {
      let row: UnsafeMutablePointer<Sample> = view.row(y)
      for x in 0..<view.width {
        switch content {
        case .random: row[x] = Sample.random(in: 0...maximum, using: &generator)
        case .extremes: row[x] = Bool.random(using: &generator) ? maximum : 0
        case .full: row[x] = maximum
        case .stripes: row[x] = (x + y).isMultiple(of: 2) ? maximum : 0
        }
      }
    }
    return self
  }

  /// The samples, row after row.
  var samples: [Sample] {
    (0..<view.height).flatMap { y in
      (0..<view.width).map { x in view.row(y, as: Sample.self)[x] }
    }
  }

  /// Whether everything around the samples is as it was.
  var isGuardIntact: Bool {
    (0..<count).allSatisfy { isInside($0) || memory[$0] == Self.guardValue }
  }
}

/// A small random generator with a seed (SplitMix64).
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
