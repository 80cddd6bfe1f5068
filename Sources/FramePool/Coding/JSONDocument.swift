/// A JSON text and where in it everything stands.
///
/// A text may come from a stranger. The least that a value can take is two bytes of it, as in `[0,0]`,
/// and a value takes sixteen bytes here: so what is kept beside a text is at most eight times as long,
/// and as much as a quarter of that again while it grows.
final class JSONDocument {
  /// What stands at a place.
  enum Kind: UInt8 {
    case null, bool, number, string, array, object
  }

  /// A value; those within an array or object follow it, for an object keys and values in turn.
  ///
  /// Sixteen bytes.
  struct Node {
    /// Places in a text that is shorter than 4 GiB.
    private let startPlace: UInt32
    private var endPlace: UInt32 = 0
    private var nextPlace: UInt32 = 0
    /// The kind in three bits, whether it is escaped in one, the count in the others.
    private var packed: UInt32

    fileprivate init(_ kind: Kind, start: Int) {
      startPlace = UInt32(truncatingIfNeeded: start)
      packed = UInt32(kind.rawValue)
    }

    var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: packed & 7)) ?? .null }

    /// Where its text begins; a string's behind the quote.
    var start: Int { Int(startPlace) }

    /// Where its text ends.
    fileprivate(set) var end: Int {
      get { Int(endPlace) }
      set { endPlace = UInt32(truncatingIfNeeded: newValue) }
    }

    /// The place of what follows it and all within it.
    fileprivate(set) var next: Int {
      get { Int(nextPlace) }
      set { nextPlace = UInt32(truncatingIfNeeded: newValue) }
    }

    /// Elements or members.
    var count: Int { Int(packed >> 4) }

    /// Whether a string has escapes.
    fileprivate(set) var isEscaped: Bool {
      get { packed & 8 != 0 }
      set { packed = newValue ? packed | 8 : packed & ~8 }
    }

    /// Counts one more element or member.
    fileprivate mutating func countOne() { packed &+= 16 }
  }

  let bytes: [UInt8]
  private(set) var nodes: [Node] = []
  private var position = 0

  /// More than any message has.
  private static let maximumDepth = 64

  /// The longest text: places are counted in 32 bits, elements in 28, and an element takes two bytes.
  private static let maximumLength = 1 << 29

  /// Reads a text.
  ///
  /// - Throws: `DecodingError` when it is no JSON, or longer than 512 MiB.
  init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    guard bytes.count < Self.maximumLength else { throw wrong() }
    nodes.reserveCapacity(bytes.count / 16 + 8)
    try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw wrong() }
  }

  /// Adds a value.
  ///
  /// There is room then for as many as the text will have if it goes on as it began, and a quarter
  /// more; an array that doubles would keep twice of what is needed.
  private func append(_ node: Node) {
    if nodes.count == nodes.capacity {
      let rate = Double(nodes.count + 1) / Double(max(position, 1))
      let expected = Int(saturating: rate * Double(bytes.count) * 1.25)
      let most = bytes.count / 2 + Self.maximumDepth
      nodes.reserveCapacity(max(min(expected, most), nodes.count + nodes.count / 8 + 8))
    }
    nodes.append(node)
  }

  /// The text of a string.
  func string(_ node: Node) -> String {
    let raw = bytes[node.start..<node.end]
    return node.isEscaped ? unescaped(raw) : String(decoding: raw, as: UTF8.self)
  }

  /// Whether the text of a string is that of `other`.
  func matches(_ node: Node, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
    if node.isEscaped { return string(node).utf8.elementsEqual(other) }
    guard node.end - node.start == other.count else { return false }
    for index in other.indices where bytes[node.start + index] != other[index] { return false }
    return true
  }

  /// The text of a number.
  func text(_ node: Node) -> String {
    String(decoding: bytes[node.start..<node.end], as: UTF8.self)
  }

  // MARK: - Reading

  private func value(depth: Int) throws {
    skipSpace()
    guard position < bytes.count, depth < Self.maximumDepth else { throw wrong() }
    switch bytes[position] {
    case 0x7B: try container(.object, closer: 0x7D, depth)
    case 0x5B: try container(.array, closer: 0x5D, depth)
    case 0x22: try string()
    case 0x74: try word("true", .bool)
    case 0x66: try word("false", .bool)
    case 0x6E: try word("null", .null)
    default: try number()
    }
  }

  private func container(_ kind: Kind, closer: UInt8, _ depth: Int) throws {
    let node = nodes.count
    append(Node(kind, start: position))
    position += 1
    skipSpace()
    if peek() == closer {
      position += 1
    } else {
      while true {
        if kind == .object {
          skipSpace()
          guard peek() == 0x22 else { throw wrong() }
          try string()
          skipSpace()
          guard peek() == 0x3A else { throw wrong() }
          position += 1
        }
        try value(depth: depth + 1)
        nodes[node].countOne()
        skipSpace()
        let byte = peek()
        position += 1
        if byte == closer { break }
        guard byte == 0x2C else { throw wrong() }
      }
    }
    nodes[node].end = position
    nodes[node].next = nodes.count
  }

  private func string() throws {
    position += 1
    var node = Node(.string, start: position)
    while position < bytes.count {
      let byte = bytes[position]
      if byte == 0x22 {
        node.end = position
        position += 1
        node.next = nodes.count + 1
        append(node)
        return
      }
      if byte == 0x5C {
        node.isEscaped = true
        position += 1
      } else if byte < 0x20 {
        throw wrong()
      }
      position += 1
    }
    throw wrong()
  }

  private func word(_ word: StaticString, _ kind: Kind) throws {
    let start = position
    for index in 0..<word.utf8CodeUnitCount {
      guard peek() == word.utf8Start[index] else { throw wrong() }
      position += 1
    }
    leaf(kind, start)
  }

  private func number() throws {
    let start = position
    while let byte = peek(),
      (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
    {
      position += 1
    }
    guard position > start else { throw wrong() }
    leaf(.number, start)
  }

  private func leaf(_ kind: Kind, _ start: Int) {
    var node = Node(kind, start: start)
    node.end = position
    node.next = nodes.count + 1
    append(node)
  }

  private func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private func wrong() -> DecodingError {
    .dataCorrupted(.init(codingPath: [], debugDescription: "no JSON at byte \(position)"))
  }

  private func unescaped(_ raw: ArraySlice<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(raw.count)
    var index = raw.startIndex
    while index < raw.endIndex {
      guard raw[index] == 0x5C, index + 1 < raw.endIndex else {
        text.append(raw[index])
        index += 1
        continue
      }
      switch raw[index + 1] {
      case 0x6E: text.append(0x0A)
      case 0x74: text.append(0x09)
      case 0x72: text.append(0x0D)
      case 0x62: text.append(0x08)
      case 0x66: text.append(0x0C)
      case 0x75:
        let (scalar, length) = scalar(raw[index...])
        text += String(scalar).utf8
        index += length
        continue
      case let other: text.append(other)
      }
      index += 2
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The character behind `\u`, which may be a pair of surrogates, and the length of all of it.
  private func scalar(_ raw: ArraySlice<UInt8>) -> (Unicode.Scalar, length: Int) {
    let first = unit(raw)
    if (0xD800..<0xDC00).contains(first) {
      let rest = raw.dropFirst(6)
      let second = rest.starts(with: [0x5C, 0x75]) ? unit(rest) : 0
      if (0xDC00..<0xE000).contains(second) {
        let value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        return (Unicode.Scalar(value) ?? "\u{FFFD}", 12)
      }
    }
    return (Unicode.Scalar(first) ?? "\u{FFFD}", min(6, raw.count))
  }

  private func unit(_ raw: ArraySlice<UInt8>) -> UInt32 {
    let digits = raw.dropFirst(2).prefix(4)
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0xFFFD
  }
}
