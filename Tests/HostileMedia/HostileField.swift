/// A number at a known place of a file.
struct HostileField {
  var name: String
  var offset: Int
  var width: Int
  var order = ByteOrder.big
  var isFloat = false

  /// The bytes that go there.
  var values: [(name: String, bytes: [UInt8])] {
    isFloat
      ? HostileNumber.floatBytes(width: width, order: order)
      : HostileNumber.bytes(width: width, order: order)
  }

  /// Fields that stand one after the other.
  ///
  /// A name of nil is a gap.
  static func row(
    _ row: [(name: String?, width: Int)], at start: Int, prefix: String, order: ByteOrder = .big,
    within end: Int = .max
  ) -> [HostileField] {
    var offset = start
    var fields: [HostileField] = []
    for (name, width) in row {
      if let name, offset + width <= end {
        fields.append(
          HostileField(name: "\(prefix).\(name)", offset: offset, width: width, order: order))
      }
      offset += width
    }
    return fields
  }

  /// The file with each value in its place, one at a time.
  func variants(of bytes: [UInt8]) -> [(value: String, bytes: [UInt8])] {
    guard offset >= 0, offset + width <= bytes.count else { return [] }
    return values.map { value in
      var changed = bytes
      changed.replaceSubrange(offset..<offset + width, with: value.bytes)
      return (value.name, changed)
    }
  }
}
