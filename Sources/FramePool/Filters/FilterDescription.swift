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
  /// What else is to be known of an own filter: how far it looks in time, whether it only measures.
  public var notes: [String] = []
  /// Whether it is vidproc's own rather than FFmpeg's.
  public var isOwn: Bool
}

extension FilterDescription {
  init(_ filter: any FrameFilter.Type) {
    self.init(
      name: filter.name, summary: filter.summary, example: filter.example,
      options: filter.options.map(\.listing), notes: Self.notes(filter), isOwn: true)
  }

  private static func notes(_ filter: any FrameFilter.Type) -> [String] {
    var notes: [String] = []
    if filter.onlyMeasures {
      notes.append("It only measures: frames pass through as they are. See --records and --report.")
    }
    guard let typical = try? filter.init(exampleOptions(filter)) else { return notes }
    var reach: [String] = []
    if typical.lookBehind == .max { reach.append("all frames before") }
    if (1..<Int.max).contains(typical.lookBehind) {
      reach.append(Quantity.text(typical.lookBehind, "frame") + " before")
    }
    if typical.lookAhead > 0 {
      reach.append(Quantity.text(typical.lookAhead, "frame") + " after")
    }
    if !reach.isEmpty {
      notes.append("As in the example, it looks at \(reach.joined(separator: " and ")) a frame.")
    }
    return notes
  }

  private static func exampleOptions(_ filter: any FrameFilter.Type) -> FilterOptions {
    let typed = (try? FilterSyntax.filters(filter.example))?.first?.options ?? []
    return (try? FilterOptions(typed, for: filter)) ?? FilterOptions()
  }
}
