import CFFmpeg

/// A fraction of two integers, as FFmpeg counts time bases, frame rates and aspect ratios.
///
/// The corresponding C type is `AVRational`.
public struct Rational: Hashable, Sendable {
  /// The upper number.
  public var numerator: Int32
  /// The lower number; zero when the value is unknown.
  public var denominator: Int32

  /// Makes the fraction `numerator / denominator`.
  public init(_ numerator: Int32, _ denominator: Int32) {
    self.numerator = numerator
    self.denominator = denominator
  }

  init(_ raw: AVRational) {
    self.init(raw.num, raw.den)
  }

  var raw: AVRational { AVRational(num: numerator, den: denominator) }

  /// The value as a floating-point number, or nil when it is unknown or not positive.
  public var value: Double? {
    numerator > 0 && denominator > 0 ? Double(numerator) / Double(denominator) : nil
  }

  /// How many seconds `ticks` units of this time base are.
  func seconds(_ ticks: Int64) -> Double {
    denominator == 0 ? 0 : Double(ticks) * Double(numerator) / Double(denominator)
  }
}

extension Rational: CustomStringConvertible {
  /// The text for messages.
  public var description: String { "\(numerator)/\(denominator)" }
}
