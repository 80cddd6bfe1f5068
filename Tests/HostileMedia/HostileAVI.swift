/// AVI with hostile headers: the AVI RIFF file reference, and OpenDML 1.02 for `indx`.
enum HostileAVI {
  static func variants(of seed: [UInt8]) -> [HostileVariant] {
    let indexed = withSuperIndex(seed)
    var variants = [
      HostileVariant(field: "good", value: "as-is", bytes: seed),
      HostileVariant(field: "good-indexed", value: "as-is", bytes: indexed),
    ]
    let shared = fields(of: seed)
    for field in shared {
      variants += field.variants(of: seed).map {
        HostileVariant(field: field.name, value: $0, bytes: $1)
      }
    }
    // Units of time with times: each may be good, and their product too large.
    for unit in shared where unit.name.hasPrefix("strh") && unit.name.hasSuffix("scale") {
      for (name, scale, rate) in [("slow", 1 << 31 - 1, 1), ("fast", 1, 1 << 31 - 1)] {
        let both = [scale, rate].flatMap { ByteOrder.little.bytes(UInt64($0), width: 4) }
        var scaled = seed
        scaled.replaceSubrange(unit.offset..<unit.offset + 8, with: both)
        let prefix = unit.name.prefix { $0 != "." }
        for field in shared
        where ["start", "length"].contains(where: { field.name == "\(prefix).\($0)" }) {
          variants += field.variants(of: scaled).map {
            HostileVariant(field: "\(unit.name)+\(field.name)", value: "\(name)+\($0)", bytes: $1)
          }
        }
      }
    }
    let names = Set(shared.map(\.name))
    for field in fields(of: indexed) where !names.contains(field.name) {
      variants += field.variants(of: indexed).map {
        HostileVariant(field: field.name, value: $0, bytes: $1)
      }
    }
    for key in ["INAM", "IART", "ICMT", "ISFT", "IPRT", "ISMP"] {
      for (name, text) in HostileText.all {
        variants.append(
          HostileVariant(
            field: "INFO.\(key)", value: name, bytes: tagged(seed, key: key, text: text)))
      }
    }
    let huge = tagged(seed, key: "ICMT", text: HostileText.huge)
    variants.append(HostileVariant(field: "INFO.ICMT", value: "1MiB", bytes: huge))
    return variants
  }

  /// A piece of a RIFF file.
  private struct Chunk {
    var id: String
    /// Where its ID stands; the content is eight bytes behind it.
    var offset: Int
    var size: Int
    /// The type of the list that it is, if it is one.
    var list: String?
  }

  /// All chunks in the order of the file, lists before what is in them.
  private static func chunks(of bytes: [UInt8], in range: Range<Int>? = nil) -> [Chunk] {
    var offset = range?.lowerBound ?? 0
    let end = range?.upperBound ?? bytes.count
    var chunks: [Chunk] = []
    while offset + 8 <= end {
      let id = String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
      let size = min(ByteOrder.little.number(bytes[offset + 4..<offset + 8]), end - offset - 8)
      var chunk = Chunk(id: id, offset: offset, size: size)
      if ["RIFF", "LIST"].contains(id), size >= 4 {
        chunk.list = String(decoding: bytes[offset + 8..<offset + 12], as: UTF8.self)
        chunks.append(chunk)
        chunks += self.chunks(of: bytes, in: offset + 12..<offset + 8 + size)
      } else {
        chunks.append(chunk)
      }
      offset += 8 + size + size % 2
    }
    return chunks
  }

  private static func fields(of bytes: [UInt8]) -> [HostileField] {
    var fields: [HostileField] = []
    var counts: [String: Int] = [:]
    var isVideo = true
    for chunk in chunks(of: bytes) {
      let number = counts[chunk.id, default: 0] + 1
      counts[chunk.id] = number
      let name = "\(chunk.list ?? chunk.id)\(number > 1 ? "\(number)" : "")"
      let content = chunk.offset + 8
      if number <= 2 || chunk.list != nil {
        fields.append(
          HostileField(
            name: "\(name).chunksize", offset: chunk.offset + 4, width: 4, order: .little))
      }
      guard number <= 2 else { continue }
      if chunk.id == "strh" { isVideo = bytes[content] == UInt8(ascii: "v") }
      let row = row(of: chunk.id, isVideo: isVideo)
      fields += HostileField.row(
        row, at: content, prefix: name, order: .little, within: content + chunk.size)
    }
    return fields
  }

  private static func row(of id: String, isVideo: Bool) -> [(name: String?, width: Int)] {
    switch id {
    case "avih":
      let names = [
        "interval", "rate", "padding", "flags", "frames", "initial", "streams", "buffer", "width",
        "height", "scale", "rate2", "start", "length",
      ]
      return names.map { ($0, 4) }
    case "strh":
      let names = ["initial", "scale", "rate", "start", "length", "buffer", "quality", "sample"]
      return [(nil, 4), ("handler", 4), ("flags", 4), ("priority", 2), ("language", 2)]
        + names.map { ($0, 4) } + ["left", "top", "right", "bottom"].map { ($0, 2) }
    case "strf" where isVideo:
      let names = ["codec", "bytes", "xres", "yres", "colours", "important"]
      return [("size", 4), ("width", 4), ("height", 4), ("planes", 2), ("depth", 2)]
        + names.map { ($0, 4) }
    case "strf":
      return [("tag", 2), ("channels", 2), ("rate", 4), ("bytes", 4), ("align", 2), ("bits", 2)]
        + [("extra", 2)]
    case "vprp":
      let names = [
        "format", "standard", "refresh", "htotal", "vtotal", "aspect", "width", "height", "fields",
      ]
      return names.map { ($0, 4) }
    case "dmlh": return [("frames", 4)]
    case "idx1":
      return (0..<3).flatMap { entry in
        ["id", "flags", "offset", "size"].map { ("\($0)\(entry)", 4) }
      }
    case "indx":
      return [("longs", 2), ("subtype", 1), ("type", 1), ("entries", 4), ("id", 4), (nil, 12)]
        + [("offset", 8), ("size", 4), ("duration", 4)]
    case "ix00":
      return [("longs", 2), ("subtype", 1), ("type", 1), ("entries", 4), ("id", 4)]
        + [("base", 8), (nil, 4), ("offset", 4), ("size", 4), ("offset2", 4), ("size2", 4)]
    default: return []
    }
  }

  /// The file with an index of OpenDML's for its first stream.
  ///
  /// The index of indexes takes the space that is kept for one; the index itself is at the end.
  private static func withSuperIndex(_ seed: [UInt8]) -> [UInt8] {
    let chunks = chunks(of: seed)
    guard let space = chunks.first(where: { $0.id == "JUNK" && $0.size >= 40 }),
      let movi = chunks.first(where: { $0.list == "movi" }),
      let riff = chunks.first
    else { return seed }
    var bytes = seed
    let order = ByteOrder.little
    let frames = chunks.filter { $0.id == "00dc" }
    var index: [UInt8] = [2, 0, 0, 1] + order.bytes(UInt64(frames.count), width: 4)
    index += Array("00dc".utf8) + order.bytes(UInt64(movi.offset + 8), width: 8) + [0, 0, 0, 0]
    for frame in frames {
      index += order.bytes(UInt64(frame.offset - movi.offset), width: 4)
      index += order.bytes(UInt64(frame.size), width: 4)
    }
    let chunk = Array("ix00".utf8) + order.bytes(UInt64(index.count), width: 4) + index
    var head: [UInt8] =
      [4, 0, 0, 0, 1, 0, 0, 0] + Array("00dc".utf8) + Array(repeating: 0, count: 12)
    head += order.bytes(UInt64(bytes.count), width: 8)
    head += order.bytes(UInt64(chunk.count), width: 4) + order.bytes(UInt64(frames.count), width: 4)
    bytes.replaceSubrange(space.offset..<space.offset + 4, with: Array("indx".utf8))
    bytes.replaceSubrange(space.offset + 8..<space.offset + 8 + head.count, with: head)
    bytes += chunk
    let size = order.bytes(UInt64(riff.size + chunk.count), width: 4)
    bytes.replaceSubrange(4..<8, with: size)
    return bytes
  }

  /// The file with a text before its samples.
  private static func tagged(_ seed: [UInt8], key: String, text: [UInt8]) -> [UInt8] {
    let chunks = chunks(of: seed)
    guard let movi = chunks.first(where: { $0.list == "movi" }), let riff = chunks.first else {
      return seed
    }
    let order = ByteOrder.little
    let value = text + [0]
    let padding = Array(repeating: UInt8(0), count: value.count % 2)
    let tag = Array(key.utf8) + order.bytes(UInt64(value.count), width: 4) + value + padding
    let list =
      Array("LIST".utf8) + order.bytes(UInt64(tag.count + 4), width: 4) + Array("INFO".utf8) + tag
    var bytes = seed
    bytes.insert(contentsOf: list, at: movi.offset)
    bytes.replaceSubrange(4..<8, with: order.bytes(UInt64(riff.size + list.count), width: 4))
    return bytes
  }
}
