/// Cuts between scenes, by FFmpeg's `scdet`.
///
/// With `d` the mean absolute difference of luma to the previous frame, as percent of the range
/// (2^depth), the score is the smaller of `d` and `|d - d of the previous frame|`, at most 100; a
/// frame with a score of at least the threshold begins a scene. The second term lets steady motion
/// pass. RGB is compared by its luma. A frame of another size or layout than the one before has no
/// score.
final class ScenesFilter: FrameFilter {
  static let name = "scenes"
  static let summary = "Find cuts between scenes, with a score for each frame."
  static let example = "scenes=threshold=12"
  static let onlyMeasures = true
  static let threshold = FilterOption.number(
    "threshold", "the score from which a frame begins a scene, in percent", in: 0...100,
    default: 10)
  static var options: [any AnyFilterOption] { [threshold] }

  private let threshold: Double
  private let luma = PreviousLuma()
  private var lastDifference = 0.0
  private var cuts: [MeasureValue] = []

  init(_ options: FilterOptions) {
    threshold = options[Self.threshold]
  }

  var lookBehind: Int { 2 }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    let difference: Double? = try luma.compare(frame) { present, previous, colour in
      previous.map { previous in
        let sum =
          colour.format.depth == 8
          ? MeasureKernels.distance(.best, present, previous, as: UInt8.self)
          : MeasureKernels.distance(.best, present, previous, as: UInt16.self)
        let count = Double(present.width * present.height)
        return Double(sum) * 100 / count / Double(1 << colour.format.depth)
      }
    }
    if let difference {
      let score = min(difference, (difference - lastDifference).magnitude, 100)
      lastDifference = difference
      frame.note("scenes.score", score)
      let isCut = score >= threshold
      frame.note("scenes.cut", isCut ? 1 : 0)
      if isCut { addCut(at: output.seconds(of: frame), score) }
    }
    output.emit(frame)
  }

  private func addCut(at seconds: Double?, _ score: Double) {
    var cut: [String: MeasureValue] = ["score": .number(score)]
    if let seconds { cut["pts"] = .number(seconds) }
    cuts.append(.table(cut))
  }

  func measurements() -> [String: MeasureValue] {
    ["cuts": .list(cuts)]
  }
}
