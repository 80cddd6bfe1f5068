/// Takes frames at a steady rate without changing or repeating any: the frame that is nearest to a
/// tick of the rate.
///
/// Tick `k` is `k / rate` seconds after the first frame; of two frames that are equally near, the
/// earlier one is taken; a frame that is nearest to several ticks is taken once; ticks end with the
/// last frame. Whether a frame is taken can be told once the next one is known: it is when a tick
/// lies after the middle between the frame before and it, and not after the middle between it and
/// the next.
struct RateSampler {
  private let rate: Sampling.Rate
  private var first: Int64?
  /// The last tick that is nearest to an earlier frame.
  private var lastTick: Int128 = -1

  init(_ rate: Sampling.Rate) {
    self.rate = rate
  }

  /// Whether a frame is taken.
  ///
  /// - Parameters:
  ///   - pts: The frame's timestamp; one without is never taken.
  ///   - next: The next frame's; nil after the last.
  ///   - timeBase: The unit of both.
  /// - Returns: Whether it is nearest to a tick.
  mutating func takes(_ pts: Int64, next: Int64?, _ timeBase: Rational) -> Bool {
    let first = first ?? pts
    self.first = first
    // Twice the time until which this frame is the nearest, in the time base's units.
    let both = Int128(pts) + Int128(next ?? pts) - 2 * Int128(first)
    let upper = both * Int128(rate.numerator) * Int128(timeBase.numerator)
    let lower = 2 * Int128(rate.denominator) * Int128(max(timeBase.denominator, 1))
    let tick = upper >= 0 ? upper / lower : -1
    defer { lastTick = max(lastTick, tick) }
    return tick > lastTick
  }
}
