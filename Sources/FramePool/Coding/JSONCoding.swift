/// Values as JSON and back, for what crosses the borders between processes and for long reports.
///
/// Foundation's coders build a tree of objects of every text; between parent, host and worker that
/// was a twentieth of the time that a short video takes. These write straight into bytes and read
/// from the bytes by position. RFC 8259; numbers and strings have the spelling of Foundation's, and
/// `Data` is a string in base64.
enum JSONCoding {
  /// A value as JSON on one line, its members in the order in which they are declared.
  ///
  /// - Parameters:
  ///   - value: What to write.
  ///   - sortsDictionaries: Whether dictionaries' keys are in order; they have none of their own.
  /// - Returns: The text, UTF-8.
  /// - Throws: `EncodingError` for numbers that JSON has not, and what `value` throws.
  static func bytes(_ value: some Encodable, sortsDictionaries: Bool = false) throws -> [UInt8] {
    let writer = JSONWriter(sortsDictionaries: sortsDictionaries)
    try writer.value(value)
    return writer.bytes
  }

  /// As ``bytes(_:sortsDictionaries:)``, as text.
  static func text(_ value: some Encodable, sortsDictionaries: Bool = false) throws -> String {
    String(decoding: try bytes(value, sortsDictionaries: sortsDictionaries), as: UTF8.self)
  }

  /// The value that a JSON text stands for.
  ///
  /// Strings that are no UTF-8 are repaired.
  ///
  /// - Throws: `DecodingError` for a text that is no JSON or says something else.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: some Collection<UInt8>
  ) throws -> Value {
    let document = try JSONDocument(Array(bytes))
    return try document.value(at: 0)
  }

  /// As ``decode(_:from:)-swift.type.method``.
  static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
    try decode(type, from: text.utf8)
  }
}
