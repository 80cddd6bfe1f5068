extension String {
  /// The text, or its beginning and an ellipsis where it is longer than so many bytes of UTF-8.
  package func cut(to limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var bytes = Array(utf8.prefix(max(0, limit - 3)))
    // Not within a character: what follows the first byte of one begins with the bits 10.
    while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
    if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self) + "\u{2026}"
  }
}
