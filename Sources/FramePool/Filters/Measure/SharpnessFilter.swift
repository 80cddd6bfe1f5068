/// How sharp a frame is: the variance of the luma's Laplacian.
///
/// The 4-neighbour Laplacian mirrored about the edge samples, and its population variance, as in
/// OpenCV's `cv2.Laplacian(gray, cv2.CV_64F).var()`; after Pech-Pacheco et al., "Diatom
/// autofocusing in brightfield microscopy" (2000). In units of 8-bit samples, squared, for every
/// depth. Of the same scene, blurred frames have a smaller value.
final class SharpnessFilter: FrameFilter {
  static let name = "sharpness"
  static let summary = "Measure how sharp each frame is: the variance of the Laplacian."
  static let onlyMeasures = true

  private let luma = LumaPlane()
  private var values = Moments()

  init(_ options: FilterOptions) {}

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) {
    let colour = FrameColour(frame)
    let plane = luma.view(of: frame, colour)
    let (sum, squares) =
      colour.format.depth == 8
      ? MeasureKernels.laplacian(.best, plane, as: UInt8.self)
      : MeasureKernels.laplacian(.best, plane, as: UInt16.self)
    let count = Double(plane.width * plane.height)
    let mean = Double(sum) / count
    let scale = Double(1 << (colour.format.depth - 8))
    let variance = max(Double(squares) / count - mean * mean, 0) / (scale * scale)
    frame.note("sharpness.variance", variance)
    values.add(variance)
    output.emit(frame)
  }

  func measurements() -> [String: MeasureValue] { values.table }
}
