/// An option of a filter, of any type: what is common to all ``FilterOption``s.
public protocol AnyFilterOption: Sendable {
  /// The name before the `=`.
  var name: String { get }

  /// What `vidproc filters NAME` prints.
  var listing: FilterDescription.Option { get }

  /// What is wrong with a value as it was typed, for example `must be 0.1 to 40`; nil when nothing
  /// is.
  func problem(with text: String) -> String?
}

/// An option of a filter: its name, its type, what it may be and what it is otherwise.
///
/// ```swift
/// static let sigma = FilterOption.number("sigma", "how far it reaches", in: 0.1...40, default: 2)
/// ```
public struct FilterOption<Value: Sendable>: AnyFilterOption {
  /// What `vidproc filters NAME` prints.
  public let listing: FilterDescription.Option
  /// The value where none is given.
  public let defaultValue: Value
  private let limits: String
  private let parse: @Sendable (String) -> Value?

  /// The name before the `=`.
  public var name: String { listing.name }

  private init(
    _ listing: FilterDescription.Option, _ defaultValue: Value, limits: String,
    _ parse: @escaping @Sendable (String) -> Value?
  ) {
    self.listing = listing
    self.defaultValue = defaultValue
    self.limits = limits
    self.parse = parse
  }

  /// What is wrong with a value as it was typed; nil when nothing is.
  public func problem(with text: String) -> String? {
    parse(text) == nil ? "must be \(limits)" : nil
  }

  func value(of text: String) -> Value? { parse(text) }
}

extension FilterOption where Value == Double {
  /// A number.
  ///
  /// - Parameters:
  ///   - name: The name before the `=`.
  ///   - summary: What it does, with its unit.
  ///   - range: The smallest and the largest value.
  ///   - defaultValue: The value where none is given.
  /// - Returns: The option.
  public static func number(
    _ name: String, _ summary: String, in range: ClosedRange<Double>, default defaultValue: Double
  ) -> FilterOption {
    let limits = "\(text(range.lowerBound)) to \(text(range.upperBound))"
    return FilterOption(
      .init(
        name: name, summary: summary, type: "number", defaultValue: text(defaultValue),
        range: limits),
      defaultValue, limits: "a number from \(limits)"
    ) { typed in
      guard let value = Double(typed), range.contains(value) else { return nil }
      return value
    }
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(saturating: number))" : "\(number)"
  }
}

extension FilterOption where Value == Int {
  /// A whole number.
  ///
  /// - Parameters:
  ///   - name: The name before the `=`.
  ///   - summary: What it does, with its unit.
  ///   - range: The smallest and the largest value.
  ///   - defaultValue: The value where none is given.
  /// - Returns: The option.
  public static func integer(
    _ name: String, _ summary: String, in range: ClosedRange<Int>, default defaultValue: Int
  ) -> FilterOption {
    let limits = "\(range.lowerBound) to \(range.upperBound)"
    return FilterOption(
      .init(
        name: name, summary: summary, type: "integer", defaultValue: "\(defaultValue)",
        range: limits),
      defaultValue, limits: "a whole number from \(limits)"
    ) { typed in
      guard let value = Int(typed), range.contains(value) else { return nil }
      return value
    }
  }
}

extension FilterOption where Value == Bool {
  /// Yes or no: `1`, `0`, `true` or `false`.
  ///
  /// - Parameters:
  ///   - name: The name before the `=`.
  ///   - summary: What it does.
  ///   - defaultValue: The value where none is given.
  /// - Returns: The option.
  public static func flag(
    _ name: String, _ summary: String, default defaultValue: Bool = false
  ) -> FilterOption {
    FilterOption(
      .init(
        name: name, summary: summary, type: "boolean", defaultValue: defaultValue ? "1" : "0"),
      defaultValue, limits: "1 or 0"
    ) { typed in
      switch typed {
      case "1", "true": true
      case "0", "false": false
      default: nil
      }
    }
  }
}

extension FilterOption where Value: CaseIterable & RawRepresentable<String> {
  /// One of several words.
  ///
  /// ```swift
  /// enum Side: String, CaseIterable { case left, right }
  /// static let side = FilterOption<Side>.choice("side", "which half stays", default: .left)
  /// // ... and in the initialiser: options[Self.side] == .left
  /// ```
  ///
  /// - Parameters:
  ///   - name: The name before the `=`.
  ///   - summary: What it does.
  ///   - defaultValue: The value where none is given.
  /// - Returns: The option.
  public static func choice(
    _ name: String, _ summary: String, default defaultValue: Value
  ) -> FilterOption {
    let words = Value.allCases.map(\.rawValue)
    return FilterOption(
      .init(
        name: name, summary: summary, type: "word", defaultValue: defaultValue.rawValue,
        choices: words),
      defaultValue, limits: words.joined(separator: " or ")
    ) { Value(rawValue: $0) }
  }
}
