import Glibc

/// The weights of a Gaussian, `exp(-k^2 / (2 sigma^2))` at whole distances, cut off at three sigma
/// and made to add up to exactly one.
package struct GaussianWeights: Hashable, Sendable {
  /// How far the weights reach on either side, in samples; 0 for a sigma so small that nothing but
  /// the centre counts.
  package let radius: Int
  /// The centre's, then those of the samples at distance 1, 2 and so on, as fractions of ``one``.
  package let values: [UInt16]
  /// 65536, or 32768.
  let one: Int

  /// Makes the weights.
  ///
  /// - Parameters:
  ///   - sigma: The standard deviation in samples, more than 0.
  ///   - upperHalves: Whether weights are 65536ths (see ``KernelSample/blursUpperHalves``).
  package init(sigma: Double, upperHalves: Bool) {
    let one = upperHalves ? 65536 : 32768
    let reach = max(1, Int(saturating: 3 * sigma + 0.5))
    let curve = (0...reach).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = curve[0] + 2 * curve[1...].reduce(0, +)
    var side = curve[1...].map { Int(saturating: ($0 / sum * Double(one)).rounded()) }
    while let last = side.last, last == 0 { side.removeLast() }
    // The centre takes what rounding leaves over: a flat plane stays as it is.
    values = [UInt16(clamping: one - 2 * side.reduce(0, +))] + side.map { UInt16($0) }
    radius = side.count
    self.one = one
  }
}
