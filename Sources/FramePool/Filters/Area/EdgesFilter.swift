/// Edges: the magnitude of the luma's gradient by Sobel's operator, as a gray picture.
///
/// `sqrt(gx^2 + gy^2) * gain` above black, cut off at white. For RGB the gradient of its luma
/// stands in all three components. Chroma becomes neutral, alpha stays. Beyond the edges the
/// nearest sample counts.
final class EdgesFilter: FrameFilter {
  static let name = "edges"
  static let summary = "Show edges: the magnitude of the luma's gradient (Sobel)."
  static let example = "edges=gain=0.5"
  static let gain = FilterOption.number("gain", "factor", in: 0.05...20, default: 1)
  static var options: [any AnyFilterOption] { [gain] }

  private let gain: Float
  private let luma = LumaPlane()
  private var constants = ConstantPlanes()

  init(_ options: FilterOptions) {
    gain = Float(options[Self.gain])
  }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    let colour = FrameColour(frame)
    let format = colour.format
    let result = try output.make(like: frame)
    let source = luma.view(of: frame, colour)
    let first = result.view(ofPlane: 0)
    output.forEachBand(of: source.height) { rows, scratch in
      if format.depth == 8 {
        SobelKernel.apply(
          .best, source, first, scale: gain, floor: UInt8(colour.black),
          ceiling: UInt8(colour.white), scratch, rows: rows)
      } else {
        SobelKernel.apply(
          .best, source, first, scale: gain, floor: UInt16(colour.black),
          ceiling: UInt16(colour.white), scratch, rows: rows)
      }
    }
    if format.isRGB {
      for plane in 1...2 {
        first.copy(to: result.view(ofPlane: plane), bytesPerSample: format.depth > 8 ? 2 : 1)
      }
    }
    try constants.neutraliseChroma(of: result)
    if format.hasAlpha {
      try result.share(plane: format.componentCount - 1, of: frame)
    }
    output.emit(result)
  }
}
