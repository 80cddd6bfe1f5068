/// What has changed since the previous frame: `black + |x - previous| * gain` on luma, or on red,
/// green and blue, cut off at white.
///
/// Chroma becomes neutral, alpha stays. The first frame, and one of another size or layout than the
/// one before, is black.
final class DifferenceFilter: FrameFilter {
  static let name = "difference"
  static let summary = "Show what has changed since the previous frame."
  static let example = "difference=gain=4"
  static let gain = FilterOption.integer("gain", "factor", in: 1...64, default: 1)
  static var options: [any AnyFilterOption] { [gain] }

  private let gain: Int
  private var previous: Frame?
  private var shape: FrameShape?
  private var constants = ConstantPlanes()

  init(_ options: FilterOptions) {
    gain = options[Self.gain]
  }

  var lookBehind: Int { 1 }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    let shape = FrameShape(frame)
    let kept = try frame.makeReference()
    if previous == nil || self.shape != shape { previous = try frame.makeReference() }
    if let before = previous.take() {
      output.emit(try difference(frame, before, FrameColour(kept), &output))
    }
    previous = consume kept
    self.shape = shape
  }

  private func difference(
    _ frame: consuming Frame, _ before: borrowing Frame, _ colour: FrameColour,
    _ output: inout FilterOutput
  ) throws(FFmpegError) -> Frame {
    let result = try PlaneFilter.apply(to: .luma, of: frame, inPlace: false, &output) {
      index, source, target, rows, _ in
      let old = before.view(ofPlane: index)
      if colour.format.depth == 8 {
        PointKernels.difference(
          .best, source, old, target, gain: gain, floor: UInt8(colour.black),
          ceiling: UInt8(colour.white), rows: rows)
      } else {
        PointKernels.difference(
          .best, source, old, target, gain: gain, floor: UInt16(colour.black),
          ceiling: UInt16(colour.white), rows: rows)
      }
    }
    try constants.neutraliseChroma(of: result)
    return result
  }
}
