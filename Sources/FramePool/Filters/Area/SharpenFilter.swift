/// Unsharp masking: what a Gaussian blur takes away is added to the picture.
///
/// `x + amount * (x - blur(x))` on luma, or on red, green and blue; chroma and alpha stay. Beyond
/// the edges the nearest sample counts.
final class SharpenFilter: FrameFilter {
  static let name = "sharpen"
  static let summary = "Sharpen by an unsharp mask: add what a Gaussian blur takes away."
  static let example = "sharpen=amount=1.5:sigma=1.2"
  static let amount = FilterOption.number(
    "amount", "how much of the difference is added", in: 0...5, default: 1)
  static let sigma = FilterOption.number(
    "sigma", "the blur's standard deviation in pixels", in: 0.1...20, default: 1)
  static var options: [any AnyFilterOption] { [amount, sigma] }

  private let amount: Int32
  private let gaussian: PlaneGaussians

  init(_ options: FilterOptions) {
    amount = Int32(saturating: (options[Self.amount] * 256).rounded())
    gaussian = PlaneGaussians(sigma: options[Self.sigma])
  }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    let format = frame.pixelFormat
    let maximum = 1 << format.depth - 1
    let result = try PlaneFilter.apply(to: .luma, of: frame, inPlace: true, &output) {
      index, source, target, band, scratch in
      let (rows, columns) = gaussian.weights(forPlane: index, of: format)
      if format.depth == 8 {
        BlurKernel.apply(
          .best, source, target, rows, columns,
          .sharpen(amount: amount, maximum: UInt8(maximum)), scratch, rows: band)
      } else {
        BlurKernel.apply(
          .best, source, target, rows, columns,
          .sharpen(amount: amount, maximum: UInt16(maximum)), scratch, rows: band)
      }
    }
    output.emit(result)
  }
}
