/// The steps of point filters put together for gray and YUV frames: one table for each plane, and
/// where the chroma comes from.
struct LumaProgram<Sample: KernelSample> {
  /// Where a chroma plane's samples come from, before its table.
  enum Chroma {
    /// From the frame.
    case kept
    /// One value everywhere.
    case constant(Int)
    /// From the mean luma of the pixels, after the table given here.
    case fromLuma(PointTable<Sample>)
  }

  private(set) var luma = PointTable<Sample>.identity
  private(set) var chroma = Chroma.kept
  /// Of U and V; for constant chroma they are done already.
  private(set) var chromaTables = [PointTable<Sample>](repeating: .identity, count: 2)
  /// The values of constant chroma.
  private(set) var constants = (u: 0, v: 0)
  let maximum: Int

  init(_ steps: [PointStep], _ colour: FrameColour) {
    maximum = colour.maximum
    for step in steps { add(step, neutral: colour.neutral) }
  }

  /// Whether frames pass through as they are.
  var isIdentity: Bool {
    guard luma.isIdentity, case .kept = chroma else { return false }
    return chromaTables.allSatisfy(\.isIdentity)
  }

  private mutating func add(_ step: PointStep, neutral: Int) {
    switch step {
    case .invert:
      append(.invert)
      appendChroma(.invert, .invert)
    case .gray:
      chroma = .constant(neutral)
      chromaTables = [.identity, .identity]
      constants = (neutral, neutral)
    case .map(let map, let chromaMap):
      append(PointTable(maximum: maximum, map))
      if let chromaMap {
        let table = PointTable<Sample>(maximum: maximum, chromaMap)
        appendChroma(table, table)
      }
    case .saturate: break
    case .tint(let maps):
      chroma = .fromLuma(luma)
      chromaTables = maps[1...].map { PointTable(maximum: maximum, $0) }
      append(PointTable(maximum: maximum, maps[0]))
    }
  }

  private mutating func append(_ table: PointTable<Sample>) {
    luma = luma.followed(by: table, maximum: maximum)
  }

  private mutating func appendChroma(_ u: PointTable<Sample>, _ v: PointTable<Sample>) {
    if case .constant = chroma {
      constants = (
        u.value(of: constants.u, maximum: maximum), v.value(of: constants.v, maximum: maximum)
      )
      return
    }
    chromaTables = zip(chromaTables, [u, v]).map { $0.followed(by: $1, maximum: maximum) }
  }
}
