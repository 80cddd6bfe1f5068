/// Gaussian blur.
///
/// Sigma is in luma pixels: a chroma plane of half the width is blurred half as far, so that colour
/// and brightness stay together. The Gaussian is cut off at three sigma and made to add up to one;
/// beyond the edges the nearest sample counts; alpha stays. 8-bit results are within 1 of the exact
/// ones.
final class BlurFilter: FrameFilter {
  static let name = "blur"
  static let summary = "Blur by a Gaussian."
  static let example = "blur=sigma=2"
  static let sigma = FilterOption.number(
    "sigma", "standard deviation in pixels", in: 0.1...20, default: 2)
  static var options: [any AnyFilterOption] { [sigma] }

  private let gaussian: PlaneGaussians

  init(_ options: FilterOptions) {
    gaussian = PlaneGaussians(sigma: options[Self.sigma])
  }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    let format = frame.pixelFormat
    let result = try PlaneFilter.apply(to: .colours, of: frame, inPlace: true, &output) {
      index, source, target, band, scratch in
      let (rows, columns) = gaussian.weights(forPlane: index, of: format)
      if format.depth == 8 {
        BlurKernel.apply(
          .best, source, target, rows, columns, .blur(UInt8.self), scratch, rows: band)
      } else {
        BlurKernel.apply(
          .best, source, target, rows, columns, .blur(UInt16.self), scratch, rows: band)
      }
    }
    output.emit(result)
  }
}
