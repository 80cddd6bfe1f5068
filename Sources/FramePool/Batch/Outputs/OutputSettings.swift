/// Where outputs go, what they are called, and how they are encoded.
public struct OutputSettings: Codable, Hashable, Sendable {
  /// What happens where an output's name is taken.
  public enum Existing: String, Codable, Sendable, CaseIterable {
    /// The video is skipped.
    case skip
    /// The new file takes the old one's place once it is whole.
    case replace
    /// The video fails.
    case fail
  }

  /// The directory; made when it is not there.
  public var directory: InputPath
  /// The outputs' names below it, without extension.
  public var pattern: NamePattern
  /// What happens where a name is taken.
  public var existing = Existing.fail
  /// Whether outputs get the inputs' times of modification.
  public var keepsTimes = false
  /// How they are encoded.
  public var encoding = EncodingSettings()

  /// Outputs in a directory, named as their inputs.
  public init(directory: InputPath) {
    self.directory = directory
    pattern = .name
  }
}
