/// A report, a comparison or both as one page that needs nothing else: no network, no other file.
enum ReportPage {
  /// Writes the page.
  ///
  /// The template's placeholders are replaced in one pass: data may hold what looks like one. Names
  /// and records in the data come from strangers. The page's policy lets nothing run but the style
  /// and the script with this page's own random word.
  ///
  /// - Parameters:
  ///   - content: What is on it.
  ///   - write: Takes the text, piece by piece.
  /// - Throws: What `write` throws.
  static func write(
    _ content: Content, _ write: (String) throws(FramePoolError) -> Void
  ) throws(FramePoolError) {
    let nonce = nonce()
    var rest = text(PackageResources.page_html)[...]
    while let start = rest.firstRange(of: "{{"), let end = rest.firstRange(of: "}}") {
      try write(String(rest[..<start]))
      try fill(String(rest[start..<end].dropFirst(2)), content, nonce, write)
      rest = rest[end...].dropFirst(2)
    }
    try write(String(rest))
  }

  /// What a page shows.
  struct Content {
    /// Above everything.
    var title: String
    /// The totals in a line.
    var summary: String
    /// What happened in a batch.
    var report: Report?
    /// A comparison, as JSON.
    var bench: String?
  }

  private static func fill(
    _ name: String, _ content: Content, _ nonce: String,
    _ write: (String) throws(FramePoolError) -> Void
  ) throws(FramePoolError) {
    switch name {
    case "nonce": try write(nonce)
    case "title": try write(escaped(content.title))
    case "summary": try write(escaped(content.summary))
    case "style": try write(text(PackageResources.page_css))
    case "script": try write(text(PackageResources.page_js))
    case "report":
      guard let report = content.report else { return try write("null") }
      try ReportJSON.write(report) { json throws(FramePoolError) in try write(inScript(json)) }
    case "pictures":
      guard let pictures = content.report?.thumbnails, !pictures.isEmpty else {
        return try write("null")
      }
      try write("{")
      for (position, entry) in pictures.sorted(by: { $0.key < $1.key }).enumerated() {
        let list = inScript(try ReportJSON.text(entry.value))
        try write((position == 0 ? "" : ",") + "\n\"\(entry.key)\":" + list)
      }
      try write("}")
    case "bench": try write(content.bench.map(inScript) ?? "null")
    default: throw FramePoolError(.internal, "the page has a placeholder '\(name)'")
    }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// A word that nobody can know before the page is written.
  private static func nonce() -> String {
    (0..<2).map { _ in String(UInt64.random(in: 0 ... .max), radix: 16) }.joined()
  }

  /// JSON within a script element, which ends at `</script` wherever it stands.
  ///
  /// The characters that mean something in a page stand within strings only, where JSON has another
  /// spelling for them. Scalars are looked at, not characters: some marks make one character with
  /// the `<` behind them.
  private static func inScript(_ json: String) -> String {
    let isPlain = json.utf8.allSatisfy { $0 != 0x26 && $0 != 0x3C && $0 != 0x3E && $0 != 0xE2 }
    if isPlain { return json }
    var result = ""
    for scalar in json.unicodeScalars {
      switch scalar {
      case "&": result += "\\u0026"
      case "<": result += "\\u003c"
      case ">": result += "\\u003e"
      case "\u{2028}": result += "\\u2028"
      case "\u{2029}": result += "\\u2029"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Text in an element, scalar by scalar for the same reason.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Substring {
  /// Where a text of two characters begins.
  fileprivate func firstRange(of pair: String) -> Index? {
    guard let first = pair.first, let last = pair.last else { return nil }
    var index = startIndex
    while index < endIndex {
      let next = self.index(after: index)
      if self[index] == first, next < endIndex, self[next] == last { return index }
      index = next
    }
    return nil
  }
}
