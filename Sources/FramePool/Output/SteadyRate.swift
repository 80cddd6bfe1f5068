import CFFmpeg

/// Frame times that a container has rounded, put back where the frame rate says that they were.
///
/// Matroska counts milliseconds: 24000/1001 pictures a second become 42 ms, 41 ms, 42 ms, and a container
/// that could say it exactly would say that forever. As long as every frame is within one unit of the
/// steady rate, it is put there; from the first that is not on, all stay where they are: real variable
/// rates are nobody's rounding.
struct SteadyRate {
  /// A unit in which both the container's times and the rate's are whole numbers.
  let timeBase: Rational
  /// The container's unit.
  private let source: Rational
  /// How long a frame lasts, in units of ``timeBase``.
  private let step: Int64
  /// One unit of the container's, in units of ``timeBase``.
  private let rounding: Int64
  private var first: Int64?
  private var isSteady = true

  /// - Parameters:
  ///   - source: The unit of the frames' timestamps.
  ///   - rate: How many frames a second there should be; 0/1 when unknown.
  ///   - container: The muxer. One that rounds to milliseconds itself has nothing to gain.
  ///
  /// There is none where a frame lasts a whole number of units, or nothing is known.
  init?(_ source: Rational, rate: Rational, container: String) {
    guard source.value != nil, rate.value != nil, source.numerator == 1,
      !ContainerChoice.isMatroska(container)
    else { return nil }
    let rate = Self.exact(rate)
    let (unit, frames) = (Int64(source.denominator), Int64(rate.numerator))
    let both = (unit / av_gcd(unit, frames)).saturatingMultiply(frames)
    let step = (both / frames).saturatingMultiply(Int64(rate.denominator))
    guard both <= Self.finest, step > 0, step % (both / unit) != 0 else { return nil }
    timeBase = Rational(1, Int32(clamping: both))
    self.source = source
    self.step = step
    rounding = both / unit
  }

  /// Finer units are of no use: the rate was reckoned from a few frames, and is none.
  private static let finest = 1_000_000 as Int64

  /// A rate that was written as the length of a frame in nanoseconds, which few are a whole number of.
  static func exact(_ rate: Rational) -> Rational {
    guard rate.denominator > 1, let value = rate.value else { return rate }
    let nominal = (value * 1.001).rounded()
    guard abs(value - nominal / 1.001) < value * 1e-6 else { return rate }
    return Rational(Int32(saturating: nominal * 1000), 1001)
  }

  /// A frame's time.
  ///
  /// - Parameter time: As the container has it, in its unit.
  /// - Returns: In units of ``timeBase``.
  mutating func time(_ time: Ticks) -> Ticks {
    let exact = time.rescaled(from: source, to: timeBase).count
    guard isSteady else { return Ticks(exact) }
    guard let first else {
      first = exact
      return Ticks(exact)
    }
    let passed = exact.saturatingSubtract(first)
    let steady = first.saturatingAdd(nearest(passed))
    isSteady = steady.saturatingSubtract(exact).magnitude <= rounding.magnitude
    return Ticks(isSteady ? steady : exact)
  }

  /// How long a frame is shown, as ``time(_:)``.
  func length(_ length: Ticks) -> Ticks {
    let exact = length.rescaled(from: source, to: timeBase).count
    let steady = nearest(exact)
    let isNear = steady.saturatingSubtract(exact).magnitude <= rounding.magnitude
    return Ticks(isSteady && isNear ? steady : exact)
  }

  /// The nearest multiple of a frame's length.
  private func nearest(_ time: Int64) -> Int64 {
    let rest = time % step
    let below = time.saturatingSubtract(rest)
    let half = step / 2
    if rest > half { return below.saturatingAdd(step) }
    return rest < 0 &- half ? below.saturatingSubtract(step) : below
  }
}
