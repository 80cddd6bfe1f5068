/// A measured value: JSON without a schema, for what filters tell about a whole video.
public enum MeasureValue: Hashable, Sendable {
  /// A number.
  case number(Double)
  /// A count.
  case count(Int)
  /// A word.
  case text(String)
  /// Several.
  case list([MeasureValue])
  /// Several with names.
  case table([String: MeasureValue])
}

extension MeasureValue: Codable {
  /// Reads any JSON but true, false and null.
  public init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Int.self) {
      self = .count(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([MeasureValue].self) {
      self = .list(value)
    } else {
      self = .table(try container.decode([String: MeasureValue].self))
    }
  }

  /// Writes the value alone.
  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .count(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .table(let value): try container.encode(value)
    }
  }
}
