/// GIF with hostile blocks: the specification of GIF89a.
enum HostileGIF {
  static func variants(of seed: [UInt8]) -> [HostileVariant] {
    var variants = [HostileVariant(field: "good", value: "as-is", bytes: seed)]
    let (fields, first) = walk(seed)
    for field in fields {
      variants += field.variants(of: seed).map {
        HostileVariant(field: field.name, value: $0, bytes: $1)
      }
    }
    for text in HostileText.all + [("1MiB", HostileText.huge)] {
      for (field, label): (String, [UInt8]) in [
        ("comment", [0xFE]), ("plaintext", [0x01, 12] + Array(repeating: 1, count: 12)),
        ("application", [0xFF, 11] + Array("XMP DataXMP".utf8)),
      ] {
        var bytes = seed
        bytes.insert(contentsOf: [0x21] + label + blocks(text.bytes), at: first)
        variants.append(HostileVariant(field: field, value: text.name, bytes: bytes))
      }
    }
    return variants
  }

  /// Sub-blocks of up to 255 bytes, and the end of them.
  private static func blocks(_ bytes: [UInt8]) -> [UInt8] {
    var blocks: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let block = rest.prefix(255)
      blocks += [UInt8(block.count)] + block
      rest = rest.dropFirst(255)
    }
    return blocks + [0]
  }

  /// The fields of the first two blocks of each kind and of the last picture, and where the first
  /// block begins.
  private static func walk(_ seed: [UInt8]) -> (fields: [HostileField], first: Int) {
    var fields = HostileField.row(
      [("width", 2), ("height", 2), ("packed", 1), ("background", 1), ("aspect", 1)], at: 6,
      prefix: "screen", order: .little)
    func tableSize(_ packed: UInt8) -> Int { packed & 0x80 == 0 ? 0 : 3 << Int(packed & 7 + 1) }
    var offset = 13 + tableSize(seed[10])
    let first = offset
    var counts: [String: Int] = [:]
    while offset + 10 < seed.count {
      var name = "image"
      var row: [(name: String?, width: Int)] = []
      var start = offset + 1
      switch (seed[offset], seed[offset + 1]) {
      case (0x2C, _):
        row = [("left", 2), ("top", 2), ("width", 2), ("height", 2), ("packed", 1)]
        let table = tableSize(seed[offset + 9])
        if table == 0 { row.append(("codesize", 1)) }
        offset += 11 + table
      case (0x21, 0xF9):
        name = "control"
        row = [("size", 1), ("packed", 1), ("delay", 2), ("transparent", 1)]
        start = offset + 2
        offset += 2
      case (0x21, 0xFF):
        name = "application"
        row = [("size", 1), (nil, 11), ("datasize", 1), ("id", 1), ("loops", 2)]
        start = offset + 2
        offset += 2
      case (0x21, _): offset += 2
      default: return (fields, first)
      }
      let number = counts[name, default: 0] + 1
      counts[name] = number
      if number <= 2 {
        fields += HostileField.row(row, at: start, prefix: "\(name)\(number)", order: .little)
      }
      while offset < seed.count, seed[offset] != 0 { offset += 1 + Int(seed[offset]) }
      offset += 1
    }
    return (fields, first)
  }
}
