/// The luma of frames of any planar layout: the first plane, or for RGB a plane of its own,
/// computed by the frame's matrix.
final class LumaPlane {
  private let memory = KernelScratch()

  /// The luma of a frame.
  ///
  /// - Returns: A view that is valid until the next call, and while the frame is.
  func view(of frame: borrowing Frame, _ colour: FrameColour) -> PlaneView {
    guard colour.format.isRGB else { return frame.view(ofPlane: 0) }
    return colour.format.depth == 8
      ? computed(frame, colour, UInt8.self) : computed(frame, colour, UInt16.self)
  }

  private func computed<Sample: KernelSample>(
    _ frame: borrowing Frame, _ colour: FrameColour, _ sample: Sample.Type
  ) -> PlaneView {
    let length = KernelScratch.rowLength(frame.width)
    let target = PlaneView(
      base: UnsafeMutableRawPointer(memory.reserve(length * frame.height, of: sample)),
      stride: length * MemoryLayout<Sample>.size, width: frame.width, height: frame.height)
    let format = colour.format
    PointKernels.luma(
      .best, red: frame.view(ofPlane: format.plane(ofComponent: 0)),
      green: frame.view(ofPlane: format.plane(ofComponent: 1)),
      blue: frame.view(ofPlane: format.plane(ofComponent: 2)), target, weights: colour.weights,
      as: sample)
    return target
  }
}
