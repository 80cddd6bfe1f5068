/// What a filter is, for listings and for messages about mistyped options.
public struct FilterDescription: Codable, Hashable, Sendable {
  /// One option of a filter.
  public struct Option: Codable, Hashable, Sendable {
    /// The name before the `=`.
    public var name: String
    /// What it does.
    public var summary: String
    /// The kind of value, for example `integer`, `number`, `text` or `flags`.
    public var type: String
    /// The value that is used when the option is not given.
    public var defaultValue: String?
    /// The smallest and largest value of a number.
    public var range: String?
    /// Named values, where there are some.
    public var choices: [String] = []
  }

  /// The name on the command line.
  public var name: String
  /// What the filter does, in a sentence.
  public var summary: String
  /// A chain that uses it.
  public var example: String
  /// Its options.
  public var options: [Option] = []
  /// Whether it is vidproc's own rather than FFmpeg's.
  public var isOwn: Bool
}
