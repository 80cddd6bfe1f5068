import FramePool

/// Numbers and names as people read them.
enum Format {
  /// As ``Quantity/fixed(_:_:)``.
  static func fixed(_ value: Double, _ decimals: Int) -> String { Quantity.fixed(value, decimals) }

  /// A number with at most so many decimals.
  static func number(_ value: Double, _ decimals: Int) -> String {
    var text = fixed(value, decimals)
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// As ``Quantity/seconds(_:)``.
  static func seconds(_ value: Double) -> String { Quantity.seconds(value) }

  /// Bytes as `44 MB`.
  static func megabytes(_ bytes: Int) -> String {
    bytes > 0 ? "\(bytes.saturatingAdd(500_000) / 1_000_000) MB" : "-"
  }

  /// Text with spaces up to a width in columns, on its right or left.
  static func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
    let gap = String(repeating: " ", count: max(0, width - columns(text)))
    return left ? gap + text : text + gap
  }

  /// A name without what would move a terminal's cursor or hide something.
  static func printable(_ text: String) -> String {
    if isPlain(text) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator:
        result += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether a text is of printable ASCII alone, as most are: the tables of Unicode are slow.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }

  /// Columns that a text takes on a terminal: 2 for East Asian wide characters, 0 for marks that
  /// combine with the character before.
  static func columns(_ text: String) -> Int {
    isPlain(text) ? text.utf8.count : text.unicodeScalars.reduce(0) { $0 + columns($1) }
  }

  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    if scalar.properties.generalCategory == .nonspacingMark { return 0 }
    // The wide ranges of Unicode Standard Annex 11, in outline.
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default:
      return 1
    }
  }

  /// A text cut to a width in columns, with an ellipsis in the middle where something is missing.
  static func shortened(_ text: String, to width: Int) -> String {
    guard columns(text) > width else { return text }
    guard width > 1 else { return width == 1 ? "…" : "" }
    let tailWidth = (width - 1) * 2 / 3
    var head = ""
    for character in text {
      guard columns(head) + columns(String(character)) <= width - 1 - tailWidth else { break }
      head.append(character)
    }
    var tail = ""
    for character in text.reversed() {
      guard columns(tail) + columns(String(character)) <= tailWidth else { break }
      tail.insert(character, at: tail.startIndex)
    }
    return head + "…" + tail
  }
}
