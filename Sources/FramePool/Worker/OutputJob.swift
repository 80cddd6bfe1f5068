/// What a worker is to write.
public struct OutputJob: Codable, Hashable, Sendable {
  /// The file, not yet by its final name.
  public var part: InputPath
  /// How.
  public var encoding: EncodingSettings

  /// Makes a job.
  public init(part: InputPath, encoding: EncodingSettings) {
    self.part = part
    self.encoding = encoding
  }
}
