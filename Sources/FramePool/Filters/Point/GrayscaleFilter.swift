/// Colour removed: YUV keeps its luma as it is and gets neutral chroma; RGB gets its luma, by the
/// stream's own matrix, in all three components.
///
/// On YUV no sample is read or written: the frame that comes out shares the luma of the one that
/// went in, and all frames share one neutral chroma plane.
final class GrayscaleFilter: PointFilter {
  static let name = "grayscale"
  static let summary =
    "Remove the colour: luma as it is, chroma neutral; RGB by the stream's own matrix."

  init(_ options: FilterOptions) {}

  func takes(_ format: PixelFormat) -> Bool {
    let isGrayAlready = !format.isRGB && !format.hasPalette && format.componentCount <= 2
    return format.isPlanar || isGrayAlready
  }

  func steps(for colour: FrameColour) -> [PointStep] { [.gray] }
}
