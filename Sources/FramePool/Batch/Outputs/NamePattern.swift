import SystemPackage

/// A pattern for outputs' names, such as `{name}-{filter}`.
///
/// `{name}` is the input's name without its extension, `{index}` its place among the inputs, from
/// 1, with as many digits as the last one has, `{filter}` the filter chain in letters that any file
/// system takes. A slash makes directories.
public struct NamePattern: Codable, Hashable, Sendable {
  private enum Piece: Hashable, Sendable {
    case text(String)
    case name
    case index
    case filter
  }

  /// As it was typed.
  public let text: String
  private let pieces: [Piece]

  /// `{name}`.
  public static let name = NamePattern(known: "{name}", [.name])

  private init(known text: String, _ pieces: [Piece]) {
    self.text = text
    self.pieces = pieces
  }

  /// Reads a pattern.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` that says what is wrong with it.
  public init(_ text: String) throws(FramePoolError) {
    try self.init(path: text)
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard !text.hasPrefix("/"), !parts.contains(".."), !parts.contains("."), !parts.contains("")
    else {
      throw FramePoolError(
        .refused, "name pattern '\(text)' must lead to a name below the output directory")
    }
  }

  /// Reads a pattern that may lead anywhere.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` that says what is wrong with it.
  public init(path text: String) throws(FramePoolError) {
    var pieces: [Piece] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
      guard let close = rest[open...].firstIndex(of: "}") else {
        throw FramePoolError(.refused, "name pattern '\(text)' has a '{' without a '}'")
      }
      switch rest[rest.index(after: open)..<close] {
      case "name": pieces.append(.name)
      case "index": pieces.append(.index)
      case "filter": pieces.append(.filter)
      case let other:
        throw FramePoolError(
          .refused,
          "name pattern '\(text)' has {\(other)}; there are {name}, {index} and {filter}")
      }
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    guard !text.isEmpty, !text.hasSuffix("/") else {
      throw FramePoolError(.refused, "name pattern '\(text)' has no name")
    }
    self.init(known: text, pieces)
  }

  /// The bytes of a name.
  ///
  /// - Parameters:
  ///   - input: The file.
  ///   - index: Its place, from 1.
  ///   - count: How many there are.
  ///   - filters: The chains.
  /// - Returns: Any bytes but zero.
  func bytes(for input: FilePath, index: Int, count: Int, filters: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .text(let text): bytes += text.utf8
      case .name:
        bytes += input.stemBytes
      case .index:
        let text = "\(index)"
        bytes += String(repeating: "0", count: "\(count)".count - text.count).utf8
        bytes += text.utf8
      case .filter: bytes += Self.readable(filters).utf8
      }
    }
    return bytes
  }

  /// A chain as part of a name: letters, digits, points, and a dash for all else.
  private static func readable(_ filters: [String]) -> String {
    var text = ""
    for byte in filters.joined(separator: ",").utf8 {
      let character = Character(Unicode.Scalar(byte))
      if byte < 0x80, character.isLetter || character.isNumber || character == "." {
        text.append(character)
      } else if text.last != "-" {
        text.append("-")
      }
    }
    while text.last == "-" { text.removeLast() }
    return text.isEmpty ? "none" : text
  }

  /// Whether different inputs get different names by it, as far as a pattern can see to that.
  public var tellsInputsApart: Bool {
    pieces.contains { $0 == .name || $0 == .index }
  }

  /// Reads the text.
  public init(from decoder: any Swift.Decoder) throws {
    try self.init(path: decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the text.
  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
