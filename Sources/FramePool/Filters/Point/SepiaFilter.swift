/// The brown of old photographs.
///
/// The well-known sepia matrix (R' = 0.393 R + 0.769 G + 0.189 B and so on) has rows that are
/// nearly multiples of each other; here they are: luma, by the stream's own matrix, times the rows'
/// sums, 1.351 for red, 1.203 for green and 0.937 for blue, cut off at white. For YUV that colour
/// is turned back by the same matrix, and chroma is looked up with the mean luma of the pixels that
/// it belongs to. Alpha stays.
final class SepiaFilter: PointFilter {
  static let name = "sepia"
  static let summary = "Give it the brown of old photographs."

  private static let tones = (red: 1.351, green: 1.203, blue: 0.937)

  init(_ options: FilterOptions) {}

  /// Gray frames have no room for a colour.
  func takes(_ format: PixelFormat) -> Bool {
    format.isPlanar && format.componentCount >= 3
  }

  func steps(for colour: FrameColour) -> [PointStep] {
    let (black, span) = (Double(colour.black), Double(colour.white - colour.black))
    func toned(_ value: Int, _ tone: Double) -> Double {
      min(max((Double(value) - black) / span, 0) * tone, 1)
    }
    if colour.format.isRGB {
      return [
        .tint(
          [Self.tones.red, Self.tones.green, Self.tones.blue].map { tone in
            { Int(saturating: (black + span * toned($0, tone)).rounded()) }
          })
      ]
    }
    let weights = colour.weights.values
    let (kr, kg, kb) = (
      Double(weights.0) / 32768, Double(weights.1) / 32768, Double(weights.2) / 32768
    )
    let (neutral, reach) = (Double(colour.neutral), colour.chromaReach)
    func luma(_ value: Int) -> Double {
      kr * toned(value, Self.tones.red) + kg * toned(value, Self.tones.green)
        + kb * toned(value, Self.tones.blue)
    }
    return [
      .tint([
        { Int(saturating: (black + span * luma($0)).rounded()) },
        { value in
          let difference = toned(value, Self.tones.blue) - luma(value)
          return Int(saturating: (neutral + reach * difference / (1 - kb)).rounded())
        },
        { value in
          let difference = toned(value, Self.tones.red) - luma(value)
          return Int(saturating: (neutral + reach * difference / (1 - kr)).rounded())
        },
      ])
    ]
  }
}
