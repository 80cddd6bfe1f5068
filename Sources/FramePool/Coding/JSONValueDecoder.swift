import FoundationEssentials

/// Lets a value read itself from a ``JSONDocument``.
struct JSONValueDecoder: Swift.Decoder {
  private let document: JSONDocument
  private let node: Int

  init(_ document: JSONDocument, node: Int) {
    self.document = document
    self.node = node
  }

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard document.nodes[node].kind == .object else {
      throw document.mismatch([String: Any].self, node)
    }
    return KeyedDecodingContainer(Keyed(document, node))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard document.nodes[node].kind == .array else { throw document.mismatch([Any].self, node) }
    return Unkeyed(document, node)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(document, node) }

  /// An object.
  private final class Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let document: JSONDocument
    private let object: JSONDocument.Node
    private let first: Int
    /// The key that is probably wanted next: members are mostly read in the order they were written.
    private var likely: Int

    init(_ document: JSONDocument, _ node: Int) {
      self.document = document
      object = document.nodes[node]
      first = node + 1
      likely = first
    }

    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] {
      var keys: [Key] = []
      var place = first
      while place < object.next {
        if let key = Key(stringValue: document.string(document.nodes[place])) { keys.append(key) }
        place = document.nodes[place + 1].next
      }
      return keys
    }

    /// The place of a member's value.
    private func find(_ key: Key) -> Int? {
      var name = key.stringValue
      return name.withUTF8 { name in
        if likely < object.next, document.matches(document.nodes[likely], name) {
          return likely + 1
        }
        var place = first
        while place < object.next {
          if document.matches(document.nodes[place], name) { return place + 1 }
          place = document.nodes[place + 1].next
        }
        return nil
      }
    }

    private func value(_ key: Key) throws -> Int {
      guard let place = find(key) else {
        throw DecodingError.keyNotFound(
          key, .init(codingPath: [], debugDescription: "there is no '\(key.stringValue)'"))
      }
      likely = document.nodes[place].next
      return place
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }
    func decodeNil(forKey key: Key) throws -> Bool {
      find(key).map { document.nodes[$0].kind == .null } ?? true
    }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
      try document.bool(at: value(key))
    }
    func decode(_ type: String.Type, forKey key: Key) throws -> String {
      try document.string(at: value(key))
    }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
      try document.double(at: value(key))
    }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
      Float(try document.double(at: value(key)))
    }
    private func integer<Value: FixedWidthInteger>(_ key: Key) throws -> Value {
      try document.integer(at: value(key))
    }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try integer(key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try integer(key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try integer(key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try integer(key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try integer(key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try integer(key) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try integer(key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try integer(key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try integer(key) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try integer(key) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      try document.value(at: value(key))
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
      try JSONValueDecoder(document, node: try value(key)).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try JSONValueDecoder(document, node: try value(key)).unkeyedContainer()
    }
    func superDecoder() throws -> any Swift.Decoder {
      guard let key = Key(stringValue: "super") else { throw document.mismatch(Key.self, first) }
      return JSONValueDecoder(document, node: try value(key))
    }
    func superDecoder(forKey key: Key) throws -> any Swift.Decoder {
      JSONValueDecoder(document, node: try value(key))
    }
  }

  /// An array.
  private struct Unkeyed: UnkeyedDecodingContainer {
    private let document: JSONDocument
    private let array: JSONDocument.Node
    private var place: Int
    private(set) var currentIndex = 0

    init(_ document: JSONDocument, _ node: Int) {
      self.document = document
      array = document.nodes[node]
      place = node + 1
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { array.count }
    var isAtEnd: Bool { currentIndex >= array.count }

    private mutating func take() throws -> Int {
      guard !isAtEnd else { throw document.mismatch(Any.self, place - 1) }
      defer {
        place = document.nodes[place].next
        currentIndex += 1
      }
      return place
    }
    mutating func decodeNil() throws -> Bool {
      guard !isAtEnd, document.nodes[place].kind == .null else { return false }
      _ = try take()
      return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try document.value(at: take())
    }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
      try JSONValueDecoder(document, node: try take()).container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      try JSONValueDecoder(document, node: try take()).unkeyedContainer()
    }
    mutating func superDecoder() throws -> any Swift.Decoder {
      JSONValueDecoder(document, node: try take())
    }
  }

  /// A value without a container around it.
  private struct Single: SingleValueDecodingContainer {
    private let document: JSONDocument
    private let node: Int

    init(_ document: JSONDocument, _ node: Int) {
      self.document = document
      self.node = node
    }

    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { document.nodes[node].kind == .null }
    func decode(_ type: Bool.Type) throws -> Bool { try document.bool(at: node) }
    func decode(_ type: String.Type) throws -> String { try document.string(at: node) }
    func decode(_ type: Double.Type) throws -> Double { try document.double(at: node) }
    func decode(_ type: Float.Type) throws -> Float { Float(try document.double(at: node)) }
    func decode(_ type: Int.Type) throws -> Int { try document.integer(at: node) }
    func decode(_ type: Int8.Type) throws -> Int8 { try document.integer(at: node) }
    func decode(_ type: Int16.Type) throws -> Int16 { try document.integer(at: node) }
    func decode(_ type: Int32.Type) throws -> Int32 { try document.integer(at: node) }
    func decode(_ type: Int64.Type) throws -> Int64 { try document.integer(at: node) }
    func decode(_ type: UInt.Type) throws -> UInt { try document.integer(at: node) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try document.integer(at: node) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try document.integer(at: node) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try document.integer(at: node) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try document.integer(at: node) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try document.value(at: node)
    }
  }
}

extension JSONDocument {
  /// A value of any type; bytes are a string in base64, as Foundation's coders have them.
  func value<Value: Decodable>(at node: Int) throws -> Value {
    guard Value.self == Data.self else {
      return try Value(from: JSONValueDecoder(self, node: node))
    }
    guard let data = Data(base64Encoded: try string(at: node)) as? Value else {
      throw mismatch(Data.self, node)
    }
    return data
  }

  fileprivate func bool(at node: Int) throws -> Bool {
    guard nodes[node].kind == .bool else { throw mismatch(Bool.self, node) }
    return bytes[nodes[node].start] == 0x74
  }

  fileprivate func string(at node: Int) throws -> String {
    guard nodes[node].kind == .string else { throw mismatch(String.self, node) }
    return string(nodes[node])
  }

  fileprivate func double(at node: Int) throws -> Double {
    guard nodes[node].kind == .number, let value = Double(text(nodes[node])), value.isFinite else {
      throw mismatch(Double.self, node)
    }
    return value
  }

  fileprivate func integer<Value: FixedWidthInteger>(at node: Int) throws -> Value {
    guard nodes[node].kind == .number else { throw mismatch(Value.self, node) }
    if let value = Value(text(nodes[node])) { return value }
    // 1e3 is an integer too.
    guard let value = Double(text(nodes[node])), let whole = Value(exactly: value) else {
      throw mismatch(Value.self, node)
    }
    return whole
  }

  fileprivate func mismatch(_ type: Any.Type, _ node: Int) -> DecodingError {
    .typeMismatch(
      type, .init(codingPath: [], debugDescription: "another kind of value was found"))
  }
}
