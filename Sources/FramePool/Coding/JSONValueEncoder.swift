/// Lets a value write itself into a ``JSONWriter``.
struct JSONValueEncoder: Swift.Encoder {
  let writer: JSONWriter
  /// How many objects and arrays are around the value.
  let depth: Int

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    writer.begin("{", at: depth)
    return KeyedEncodingContainer(Keyed(writer: writer, depth: depth + 1))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    writer.begin("[", at: depth)
    return Unkeyed(writer: writer, depth: depth + 1)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(writer: writer) }

  /// An object.
  private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: JSONWriter
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) {
      writer.key(key.stringValue, at: depth)
      writer.null()
    }
    func encode(_ value: Bool, forKey key: Key) {
      writer.key(key.stringValue, at: depth)
      writer.bool(value)
    }
    func encode(_ value: String, forKey key: Key) {
      writer.key(key.stringValue, at: depth)
      writer.string(value)
    }
    func encode(_ value: Double, forKey key: Key) throws {
      writer.key(key.stringValue, at: depth)
      try writer.number(value)
    }
    func encode(_ value: Float, forKey key: Key) throws {
      writer.key(key.stringValue, at: depth)
      try writer.number(value)
    }
    private func integer(_ value: some FixedWidthInteger, _ key: Key) {
      writer.key(key.stringValue, at: depth)
      writer.integer(value)
    }
    func encode(_ value: Int, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int8, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int16, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int32, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int64, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt8, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt16, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt32, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt64, forKey key: Key) { integer(value, key) }
    func encode(_ value: some Encodable, forKey key: Key) throws {
      writer.key(key.stringValue, at: depth)
      try writer.value(value)
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      writer.key(key.stringValue, at: depth)
      return JSONValueEncoder(writer: writer, depth: depth).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      writer.key(key.stringValue, at: depth)
      return JSONValueEncoder(writer: writer, depth: depth).unkeyedContainer()
    }
    func superEncoder() -> any Swift.Encoder {
      writer.key("super", at: depth)
      return JSONValueEncoder(writer: writer, depth: depth)
    }
    func superEncoder(forKey key: Key) -> any Swift.Encoder {
      writer.key(key.stringValue, at: depth)
      return JSONValueEncoder(writer: writer, depth: depth)
    }
  }

  /// An array.
  private struct Unkeyed: UnkeyedEncodingContainer {
    let writer: JSONWriter
    let depth: Int
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(writer: JSONWriter, depth: Int) {
      self.writer = writer
      self.depth = depth
    }

    private mutating func begin() {
      count += 1
      writer.element(at: depth)
    }
    mutating func encodeNil() {
      begin()
      writer.null()
    }
    mutating func encode(_ value: String) {
      begin()
      writer.string(value)
    }
    mutating func encode(_ value: some Encodable) throws {
      begin()
      try writer.value(value)
    }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
      begin()
      return JSONValueEncoder(writer: writer, depth: depth).container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      begin()
      return JSONValueEncoder(writer: writer, depth: depth).unkeyedContainer()
    }
    mutating func superEncoder() -> any Swift.Encoder {
      begin()
      return JSONValueEncoder(writer: writer, depth: depth)
    }
  }

  /// A value without a container around it.
  private struct Single: SingleValueEncodingContainer {
    let writer: JSONWriter
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { writer.null() }
    func encode(_ value: Bool) { writer.bool(value) }
    func encode(_ value: String) { writer.string(value) }
    func encode(_ value: Double) throws { try writer.number(value) }
    func encode(_ value: Float) throws { try writer.number(value) }
    func encode(_ value: Int) { writer.integer(value) }
    func encode(_ value: Int8) { writer.integer(value) }
    func encode(_ value: Int16) { writer.integer(value) }
    func encode(_ value: Int32) { writer.integer(value) }
    func encode(_ value: Int64) { writer.integer(value) }
    func encode(_ value: UInt) { writer.integer(value) }
    func encode(_ value: UInt8) { writer.integer(value) }
    func encode(_ value: UInt16) { writer.integer(value) }
    func encode(_ value: UInt32) { writer.integer(value) }
    func encode(_ value: UInt64) { writer.integer(value) }
    func encode(_ value: some Encodable) throws { try writer.value(value) }
  }
}
