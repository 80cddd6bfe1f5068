/// FFmpeg's filtergraph syntax, as far as it is needed to tell our filters from FFmpeg's.
///
/// The syntax is that of FFmpeg's manual, "Notes on filtergraph escaping": a chain of
/// `name@id=options` parted by commas; in single quotes nothing is special, and a backslash takes
/// the next character literally.
package enum FilterSyntax {
  /// One option as it was typed: `key=value`, or a value by position when the key is nil.
  package struct Option: Equatable {
    package var key: String?
    package var value: String
  }

  /// One filter of a chain as it was typed.
  package struct Filter: Equatable {
    /// The name without `@id`.
    package var name: String
    /// All of it, options too, as it was typed.
    package var text: String
    /// What stands behind the `=`, still escaped.
    package var arguments: String

    /// The options, unescaped.
    package var options: [Option] { FilterSyntax.options(arguments) }
  }

  /// Whether the text is a graph with labels or several chains, and not one chain.
  static func isGraph(_ text: String) -> Bool {
    splitOutsideQuotes(text, at: ";").count > 1 || splitOutsideQuotes(text, at: "[").count > 1
  }

  /// The filters of a graph or chain in the order they were typed, labels left out.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` for an empty filter or an open quote.
  package static func filters(_ text: String) throws(FramePoolError) -> [Filter] {
    if let problem = openQuote(text) { throw FramePoolError(.refused, problem) }
    var filters: [Filter] = []
    for (place, chain) in splitOutsideQuotes(text, at: ";").enumerated() {
      // `sws_flags=bicubic;` in front sets what the scalers of the graph do; it is no filter.
      if place == 0, trimmed(chain).hasPrefix("sws_flags=") { continue }
      for part in splitOutsideQuotes(chain, at: ",") {
        let filter = withoutLabels(part)
        let nameEnd = filter.firstIndex(of: "=") ?? filter.endIndex
        let name = filter[..<nameEnd].prefix { $0 != "@" }
        guard !name.isEmpty else {
          throw FramePoolError(
            .refused, "filter chain '\(text)': a filter is missing between the commas")
        }
        let arguments = nameEnd == filter.endIndex ? "" : filter[filter.index(after: nameEnd)...]
        filters.append(
          Filter(name: trimmed(name), text: trimmed(part), arguments: String(arguments)))
      }
    }
    return filters
  }

  /// A chain without the labels at its two ends.
  ///
  /// `ffmpeg -vf` takes `[in]`, `[0:v]` and `[out]` and heeds them no more than this does. A graph of
  /// several chains is left alone.
  static func withoutOuterLabels(_ text: String) -> String {
    guard splitOutsideQuotes(text, at: ";").count == 1 else { return text }
    var filters = splitOutsideQuotes(text, at: ",")
    guard let first = filters.first else { return text }
    if filters.count == 1 { return withoutLabels(first) }
    // A label between two filters of one chain is for FFmpeg to refuse.
    filters[0] = String(first.drop { $0 == " " }).hasPrefix("[") ? withoutLabels(first) : first
    if let last = filters.last, trimmed(last).hasSuffix("]") {
      filters[filters.count - 1] = withoutLabels(last)
    }
    return filters.joined(separator: ",")
  }

  /// Whether all filters of the chains are vidproc's own; needs no FFmpeg to tell.
  static func areOwn(_ chains: [String]) -> Bool {
    chains.allSatisfy { chain in
      let filters = try? filters(chain)
      return filters?.allSatisfy { FilterCatalog.isOwn($0.name) } ?? false
    }
  }

  private static func options(_ arguments: String) -> [Option] {
    guard !arguments.isEmpty else { return [] }
    return splitOutsideQuotes(arguments, at: ":").map { part in
      let pieces = splitOutsideQuotes(part, at: "=")
      guard pieces.count > 1 else { return Option(key: nil, value: unescaped(part)) }
      let value = part.dropFirst(pieces[0].count + 1)
      return Option(key: trimmed(pieces[0]), value: unescaped(String(value)))
    }
  }

  private static func unescaped(_ text: String) -> String {
    var result = ""
    scan(text) { character, kind in
      if kind != .syntax { result.append(character) }
    }
    return result
  }

  /// What a character is: part of the text, or a quote or backslash that governs others.
  private enum Kind {
    case plain
    case literal
    case syntax
  }

  private static func scan(_ text: String, _ visit: (Character, Kind) -> Void) {
    var isQuoted = false
    var isEscaped = false
    for character in text {
      if isEscaped {
        visit(character, .literal)
        isEscaped = false
      } else if character == "'" {
        isQuoted.toggle()
        visit(character, .syntax)
      } else if isQuoted {
        visit(character, .literal)
      } else if character == "\\" {
        isEscaped = true
        visit(character, .syntax)
      } else {
        visit(character, .plain)
      }
    }
  }

  private static func splitOutsideQuotes(_ text: String, at separator: Character) -> [String] {
    var parts = [""]
    scan(text) { character, kind in
      if kind == .plain, character == separator {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  private static func openQuote(_ text: String) -> String? {
    var quotes = 0
    scan(text) { character, kind in
      if kind == .syntax, character == "'" { quotes += 1 }
    }
    return quotes.isMultiple(of: 2) ? nil : "filter chain '\(text)': a quote is not closed"
  }

  private static func withoutLabels(_ text: String) -> String {
    var result = ""
    var depth = 0
    scan(text) { character, kind in
      if kind == .plain, character == "[" {
        depth += 1
      } else if kind == .plain, character == "]" {
        depth -= 1
      } else if depth == 0 {
        result.append(character)
      }
    }
    return trimmed(result)
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var text = text[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
