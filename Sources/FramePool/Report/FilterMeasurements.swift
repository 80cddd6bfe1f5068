/// What a filter measured over a whole video.
public struct FilterMeasurements: Codable, Hashable, Sendable {
  /// The filter's name.
  public var filter: String
  /// The values, as the filter's documentation says.
  public var values: [String: MeasureValue]
}
