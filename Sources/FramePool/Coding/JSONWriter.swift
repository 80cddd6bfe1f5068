import FoundationEssentials

/// JSON text that grows: bytes, and which objects and arrays are open.
final class JSONWriter {
  private(set) var bytes: [UInt8] = []
  let sortsDictionaries: Bool
  /// The open objects and arrays: what closes each, and whether it is empty still.
  private var open: [(closer: UInt8, isEmpty: Bool)] = []

  init(sortsDictionaries: Bool) {
    self.sortsDictionaries = sortsDictionaries
    bytes.reserveCapacity(512)
  }

  /// Writes any value at the place where the text stands.
  func value<Value: Encodable>(_ value: Value) throws {
    if Value.self == Data.self, let data = value as? Data {
      return string(data.base64EncodedString())
    }
    if sortsDictionaries, let dictionary = value as? any SortableDictionary {
      return try dictionary.writeSorted(to: self)
    }
    let (depth, start) = (open.count, bytes.count)
    try value.encode(to: JSONValueEncoder(writer: self, depth: depth))
    close(to: depth)
    // A type without members writes nothing at all.
    if bytes.count == start { bytes += [0x7B, 0x7D] }
  }

  /// Opens an object or an array as the value at `depth`, or goes on with the one that was opened
  /// there.
  func begin(_ opener: Character, at depth: Int) {
    guard open.count <= depth else { return close(to: depth + 1) }
    bytes.append(opener == "{" ? 0x7B : 0x5B)
    open.append((opener == "{" ? 0x7D : 0x5D, true))
  }

  /// Closes what is open within `depth`.
  func close(to depth: Int) {
    while open.count > depth { bytes.append(open.removeLast().closer) }
  }

  /// Begins the next element of the container at `depth`.
  func element(at depth: Int) {
    close(to: depth)
    if open[depth - 1].isEmpty { open[depth - 1].isEmpty = false } else { bytes.append(0x2C) }
  }

  /// Begins the next member of the object at `depth`.
  func key(_ key: String, at depth: Int) {
    element(at: depth)
    string(key)
    bytes.append(0x3A)
  }

  func null() { bytes += [0x6E, 0x75, 0x6C, 0x6C] }

  func bool(_ value: Bool) { bytes += value ? "true".utf8 : "false".utf8 }

  func integer(_ value: some FixedWidthInteger) { bytes += String(value).utf8 }

  func number<Value: BinaryFloatingPoint & LosslessStringConvertible>(_ value: Value) throws {
    guard value.isFinite else {
      throw EncodingError.invalidValue(
        value, .init(codingPath: [], debugDescription: "JSON has no number for \(value)"))
    }
    var text = value.description
    if text.hasSuffix(".0") { text.removeLast(2) }
    bytes += text.utf8
  }

  func string(_ value: String) {
    bytes.append(0x22)
    var value = value
    value.withUTF8 { text in
      if text.contains(where: Self.isEscaped) {
        for byte in text { escape(byte) }
      } else {
        bytes.append(contentsOf: text)
      }
    }
    bytes.append(0x22)
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x22 || byte == 0x5C
  }

  private func escape(_ byte: UInt8) {
    switch byte {
    case 0x22, 0x5C: bytes += [0x5C, byte]
    case 0x0A: bytes += [0x5C, 0x6E]
    case 0x0D: bytes += [0x5C, 0x72]
    case 0x09: bytes += [0x5C, 0x74]
    case ..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      bytes += "\\u00".utf8
      bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    default: bytes.append(byte)
    }
  }
}

/// A dictionary whose keys can be put in order.
private protocol SortableDictionary {
  func writeSorted(to writer: JSONWriter) throws
}

extension Dictionary: SortableDictionary where Key == String, Value: Encodable {
  fileprivate func writeSorted(to writer: JSONWriter) throws {
    let depth = writer.depth
    writer.begin("{", at: depth)
    for (key, value) in sorted(by: { $0.key < $1.key }) {
      writer.key(key, at: depth + 1)
      try writer.value(value)
    }
    writer.close(to: depth)
  }
}

extension JSONWriter {
  /// How many objects and arrays are open.
  var depth: Int { open.count }
}
