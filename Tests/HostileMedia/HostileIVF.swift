/// IVF with hostile headers: a file header of 32 bytes, and one of 12 before each frame.
enum HostileIVF {
  static func variants(of seed: [UInt8]) -> [HostileVariant] {
    var fields = HostileField.row(
      [
        (nil, 4), ("version", 2), ("headersize", 2), ("codec", 4), ("width", 2), ("height", 2),
        ("rate", 4), ("scale", 4), ("frames", 4), ("unused", 4),
      ], at: 0, prefix: "header", order: .little)
    var frames: [Int] = []
    var offset = 32
    while offset + 12 <= seed.count {
      frames.append(offset)
      offset += 12 + ByteOrder.little.number(seed[offset..<offset + 4])
    }
    for (index, start) in frames.enumerated() where index < 2 || index == frames.count - 1 {
      fields += HostileField.row(
        [("size", 4), ("pts", 8)], at: start, prefix: "frame\(index)", order: .little)
    }
    var variants = [HostileVariant(field: "good", value: "as-is", bytes: seed)]
    // Units of time with times: each may be good, and their product too large.
    for (name, rate, scale) in [("slow", 1, 1 << 31 - 1), ("fast", 1 << 31 - 1, 1)] {
      var scaled = seed
      let unit = [rate, scale].flatMap { ByteOrder.little.bytes(UInt64($0), width: 4) }
      scaled.replaceSubrange(16..<24, with: unit)
      variants += fields.filter { $0.name.hasSuffix("pts") }.flatMap { field in
        field.variants(of: scaled).map {
          HostileVariant(field: "rate+\(field.name)", value: "\(name)+\($0)", bytes: $1)
        }
      }
    }
    return variants
      + fields.flatMap { field in
        field.variants(of: seed).map {
          HostileVariant(field: field.name, value: $0, bytes: $1)
        }
      }
  }
}
