/// The options that were given to a filter, read by the ``FilterOption``s that it declares.
public struct FilterOptions: Sendable {
  private var texts: [String: String] = [:]

  /// The defaults.
  public init() {}

  /// The value of an option: what was typed, or its default.
  public subscript<Value>(option: FilterOption<Value>) -> Value {
    texts[option.name].flatMap { option.value(of: $0) } ?? option.defaultValue
  }

  /// Reads what was typed behind a filter's name.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` for a name or value that the filter does not
  ///   take, with the range and the nearest spelling.
  init(_ typed: [FilterSyntax.Option], for filter: any FrameFilter.Type) throws(FramePoolError) {
    let declared = filter.options
    var position = 0
    var sawName = false
    for item in typed {
      let option: any AnyFilterOption
      if let key = item.key {
        sawName = true
        guard let found = declared.first(where: { $0.name == key }) else {
          throw Self.unknown(key, filter)
        }
        option = found
      } else {
        guard !sawName else {
          throw FramePoolError(
            .refused,
            "filter '\(filter.name)': the value '\(item.value)' needs a name, since one with a name "
              + "stands before it")
        }
        guard position < declared.count else {
          throw FramePoolError(
            .refused,
            "filter '\(filter.name)' has \(declared.isEmpty ? "no options" : "only \(Quantity.text(declared.count, "option"))")"
              + "; the value '\(item.value)' is too many")
        }
        option = declared[position]
        position += 1
      }
      if let problem = option.problem(with: item.value) {
        throw FramePoolError(
          .refused,
          "filter '\(filter.name)': \(option.name)=\(item.value) cannot be; \(option.name) \(problem)"
        )
      }
      texts[option.name] = item.value
    }
  }

  private static func unknown(_ key: String, _ filter: any FrameFilter.Type) -> FramePoolError {
    let names = filter.options.map(\.name)
    let has = names.isEmpty ? " (it has none)" : " (it has: \(names.joined(separator: ", ")))"
    return FramePoolError(
      .refused,
      "filter '\(filter.name)' has no option '\(key)'"
        + Spelling.question(Spelling.nearest(to: key, among: names)) + has)
  }
}
