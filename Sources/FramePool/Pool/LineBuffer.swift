/// Bytes into lines, with a bound on a line's length.
struct LineBuffer {
  private var partial: [UInt8] = []
  private let limit: Int

  /// Whether a line was longer than the limit; nothing is given out after that.
  private(set) var isOverflown = false

  /// - Parameter limit: The longest line in bytes.
  init(limit: Int) {
    self.limit = limit
  }

  /// Takes bytes in and gives the lines that they complete, without their ends.
  mutating func append(_ bytes: some Collection<UInt8>) -> [ArraySlice<UInt8>] {
    guard !isOverflown else { return [] }
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      partial += bytes[start..<end]
      if partial.count > limit { break }
      lines.append(partial[...])
      partial = []
      start = bytes.index(after: end)
    }
    if partial.count <= limit { partial += bytes[start...].prefix { $0 != 0x0A } }
    if partial.count > limit {
      isOverflown = true
      partial = []
    }
    return lines
  }
}
