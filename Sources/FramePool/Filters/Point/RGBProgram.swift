/// The steps of point filters put together for planar RGB frames: as few passes over a row as
/// possible, done while the row is in the cache.
struct RGBProgram<Sample: KernelSample> {
  /// One pass over a row of each component.
  enum Pass {
    /// A table each for red, green and blue.
    case tables([PointTable<Sample>])
    /// All three become luma.
    case gray
    /// `keep` / 4096 of the distance to luma is left.
    case saturate(keep: Int32)
  }

  private(set) var passes: [Pass] = []
  let weights: LumaWeights
  let maximum: Int

  init(_ steps: [PointStep], _ colour: FrameColour) {
    maximum = colour.maximum
    weights = colour.weights
    for step in steps { add(step) }
  }

  /// Whether frames pass through as they are.
  var isIdentity: Bool { passes.isEmpty }

  private mutating func add(_ step: PointStep) {
    switch step {
    case .invert: append([.invert, .invert, .invert])
    case .gray: passes.append(.gray)
    case .map(let map, _):
      append([PointTable](repeating: PointTable(maximum: maximum, map), count: 3))
    case .saturate(let keep): passes.append(.saturate(keep: keep))
    case .tint(let maps):
      passes.append(.gray)
      append(maps.map { PointTable(maximum: maximum, $0) })
    }
  }

  private mutating func append(_ tables: [PointTable<Sample>]) {
    guard case .tables(let before)? = passes.last else {
      passes.append(.tables(tables))
      return
    }
    let both = zip(before, tables).map { $0.followed(by: $1, maximum: maximum) }
    passes[passes.count - 1] = .tables(both)
    if both.allSatisfy(\.isIdentity) { passes.removeLast() }
  }
}
