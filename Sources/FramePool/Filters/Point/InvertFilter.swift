/// The negative: each sample becomes the largest value minus itself, alpha stays.
///
/// Computes what FFmpeg's `negate` does with its default options.
final class InvertFilter: PointFilter {
  static let name = "invert"
  static let summary =
    "Make the negative: each sample becomes the largest value minus itself; alpha stays."

  init(_ options: FilterOptions) {}

  func takes(_ format: PixelFormat) -> Bool {
    format.isPlanar || format.isPlainPackedRGB
  }

  func steps(for colour: FrameColour) -> [PointStep] { [.invert] }
}
