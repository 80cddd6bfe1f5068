/// What red, green and blue add to luma, as 15-bit fixed-point fractions that add up to exactly
/// 32768, so that white stays white.
package struct LumaWeights: Hashable, Sendable {
  /// Red's, green's and blue's.
  package let values: (UInt32, UInt32, UInt32)

  /// Makes the weights from a matrix's `Kr` and `Kb`.
  package init(red kr: Double, blue kb: Double) {
    let red = UInt32(saturating: (kr * 32768).rounded())
    let blue = UInt32(saturating: (kb * 32768).rounded())
    values = (red, 32768 - red - blue, blue)
  }

  /// ITU-R BT.601.
  package static let bt601 = LumaWeights(red: 0.299, blue: 0.114)
  /// ITU-R BT.709; also sRGB's.
  package static let bt709 = LumaWeights(red: 0.2126, blue: 0.0722)
  /// ITU-R BT.2020.
  package static let bt2020 = LumaWeights(red: 0.2627, blue: 0.0593)
  /// FCC 47 CFR 73.682 (1953).
  package static let fcc = LumaWeights(red: 0.30, blue: 0.11)
  /// SMPTE 240M.
  package static let smpte240m = LumaWeights(red: 0.212, blue: 0.087)

  package static func == (a: LumaWeights, b: LumaWeights) -> Bool { a.values == b.values }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(values.0)
    hasher.combine(values.1)
  }
}
