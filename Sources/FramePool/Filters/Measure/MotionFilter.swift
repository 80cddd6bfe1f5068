/// How much of the picture changes from frame to frame: the share of pixels whose luma differs from
/// the previous frame's by more than the threshold.
///
/// 0 to 1. RGB is compared by its luma. The first frame, and one of another size or layout than the
/// one before, has no value.
final class MotionFilter: FrameFilter {
  static let name = "motion"
  static let summary = "Measure the share of pixels that change from frame to frame."
  static let example = "motion=threshold=0.1"
  static let onlyMeasures = true
  static let threshold = FilterOption.number(
    "threshold", "the largest difference, as a share of the range, that is no change", in: 0...1,
    default: 0.06)
  static var options: [any AnyFilterOption] { [threshold] }

  private let threshold: Double
  private let luma = PreviousLuma()
  private var shares = Moments()

  init(_ options: FilterOptions) {
    threshold = options[Self.threshold]
  }

  var lookBehind: Int { 1 }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    let share: Double? = try luma.compare(frame) { present, previous, colour in
      previous.map { previous in
        let limit = Int(saturating: (threshold * Double(colour.maximum)).rounded())
        let count =
          colour.format.depth == 8
          ? MeasureKernels.changed(.best, present, previous, threshold: UInt8(limit))
          : MeasureKernels.changed(.best, present, previous, threshold: UInt16(limit))
        return Double(count) / Double(present.width * present.height)
      }
    }
    if let share {
      frame.note("motion.changed", share)
      shares.add(share)
    }
    output.emit(frame)
  }

  func measurements() -> [String: MeasureValue] { shares.table }
}
