import Glibc

/// Brightness, contrast, gamma and saturation, by one look-up per sample.
///
/// With `v` the place of luma, or of red, green and blue, between black (0) and white (1): `v =
/// max(contrast * (v - 0.5) + 0.5 + brightness, 0) ^ (1 / gamma)`, the formula of FFmpeg's `eq`,
/// but in the frame's own range. Chroma's distance from neutral, and for RGB the distance from luma
/// (before the rest), is multiplied by the saturation. Results are rounded and cut off at the
/// smallest and largest value; alpha stays.
final class AdjustFilter: PointFilter {
  static let name = "adjust"
  static let summary = "Adjust brightness, contrast, gamma and saturation."
  static let example = "adjust=brightness=0.1:contrast=1.2:gamma=1.1:saturation=0.8"
  static let brightness = FilterOption.number(
    "brightness", "added, where 1 is from black to white", in: -1...1, default: 0)
  static let contrast = FilterOption.number(
    "contrast", "factor about the middle between black and white", in: 0...10, default: 1)
  static let gamma = FilterOption.number(
    "gamma", "above 1 makes the middle brighter, below 1 darker", in: 0.1...10, default: 1)
  static let saturation = FilterOption.number(
    "saturation", "factor for the colour, 0 for none", in: 0...3, default: 1)
  static var options: [any AnyFilterOption] { [brightness, contrast, gamma, saturation] }

  private let brightness: Double
  private let contrast: Double
  private let gamma: Double
  private let saturation: Double

  init(_ options: FilterOptions) {
    brightness = options[Self.brightness]
    contrast = options[Self.contrast]
    gamma = options[Self.gamma]
    saturation = options[Self.saturation]
  }

  func steps(for colour: FrameColour) -> [PointStep] {
    var steps: [PointStep] = []
    if colour.format.isRGB, saturation != 1 {
      steps.append(.saturate(keep: Int32(saturating: (saturation * 4096).rounded())))
    }
    let chroma = saturation == 1 ? nil : chromaMap(colour)
    let isFlat = brightness == 0 && contrast == 1 && gamma == 1
    if !isFlat || chroma != nil {
      steps.append(.map(isFlat ? { $0 } : lumaMap(colour), chroma: chroma))
    }
    return steps
  }

  private func lumaMap(_ colour: FrameColour) -> (Int) -> Int {
    let (brightness, contrast, gamma) = (brightness, contrast, gamma)
    let (black, span) = (Double(colour.black), Double(colour.white - colour.black))
    return { value in
      let place = (Double(value) - black) / span
      let moved = max(contrast * (place - 0.5) + 0.5 + brightness, 0)
      return Int(saturating: (black + span * min(pow(moved, 1 / gamma), 1000)).rounded())
    }
  }

  private func chromaMap(_ colour: FrameColour) -> (Int) -> Int {
    let (neutral, saturation) = (Double(colour.neutral), saturation)
    return { Int(saturating: (neutral + (Double($0) - neutral) * saturation).rounded()) }
  }
}
