/// Arithmetic for numbers that a file, a wire line or a flag has given: what does not fit becomes the
/// nearest number that does, where Swift's own operators would end the process.
extension FixedWidthInteger {
  /// A floating-point number without its decimals, or the limit that it is beyond; 0 for what is not a
  /// number.
  package init(saturating value: Double) {
    let whole = value.rounded(.towardZero)
    if whole.isNaN {
      self = 0
    } else if let exact = Self(exactly: whole) {
      self = exact
    } else {
      self = whole < 0 ? .min : .max
    }
  }

  /// The sum, or the limit that it is beyond.
  package func saturatingAdd(_ other: Self) -> Self {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  /// The difference, or the limit that it is beyond.
  package func saturatingSubtract(_ other: Self) -> Self {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }

  /// The product, or the limit that it is beyond.
  package func saturatingMultiply(_ other: Self) -> Self {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}

extension Sequence where Element: FixedWidthInteger {
  /// The sum of all, or the limit that it is beyond.
  package func saturatingSum() -> Element { reduce(0) { $0.saturatingAdd($1) } }
}
