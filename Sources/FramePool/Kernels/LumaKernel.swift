/// Luma of planar RGB: `Kr * R + Kg * G + Kb * B`, rounded, in the samples' own range.
enum LumaKernel {
  /// The weights as 15-bit fixed-point fractions that add up to exactly 32768, so that white stays
  /// white.
  struct Weights: Equatable {
    var red: UInt32
    var green: UInt32
    var blue: UInt32

    /// Makes the weights from a matrix's `Kr` and `Kb`.
    init(red kr: Double, blue kb: Double) {
      red = UInt32((kr * 32768).rounded())
      blue = UInt32((kb * 32768).rounded())
      green = 32768 - red - blue
    }

    /// ITU-R BT.601.
    static let bt601 = Weights(red: 0.299, blue: 0.114)
    /// ITU-R BT.709; also sRGB's.
    static let bt709 = Weights(red: 0.2126, blue: 0.0722)
    /// ITU-R BT.2020.
    static let bt2020 = Weights(red: 0.2627, blue: 0.0593)
    /// FCC 47 CFR 73.682 (1953).
    static let fcc = Weights(red: 0.30, blue: 0.11)
    /// SMPTE 240M.
    static let smpte240m = Weights(red: 0.212, blue: 0.087)
  }

  /// Computes one row of `width` samples; the target may be one of the sources.
  @inline(__always)
  static func row<Sample: FixedWidthInteger & UnsignedInteger>(
    red: UnsafePointer<Sample>, green: UnsafePointer<Sample>, blue: UnsafePointer<Sample>,
    into target: UnsafeMutablePointer<Sample>, width: Int, weights: Weights
  ) {
    for x in 0..<width {
      let sum =
        UInt32(red[x]) &* weights.red &+ UInt32(green[x]) &* weights.green
        &+ UInt32(blue[x]) &* weights.blue
      target[x] = Sample(truncatingIfNeeded: (sum &+ 16384) >> 15)
    }
  }
}
