/// PNG and animated PNG with hostile chunks: ISO/IEC 15948, and the third edition for APNG.
enum HostilePNG {
  static func variants(of seed: [UInt8]) -> [HostileVariant] {
    let chunks = enriched(read(seed))
    var variants = [HostileVariant(field: "good", value: "as-is", bytes: bytes(chunks))]
    var counts: [String: Int] = [:]
    for (index, chunk) in chunks.enumerated() {
      let number = counts[chunk.type, default: 0] + 1
      counts[chunk.type] = number
      guard number <= 2 else { continue }
      let name = number == 1 ? chunk.type : "\(chunk.type)\(number)"
      let fields = HostileField.row(
        row(of: chunk.type), at: 0, prefix: name, within: chunk.data.count)
      for field in fields {
        for (value, data) in field.variants(of: chunk.data) {
          var changed = chunks
          changed[index].data = data
          variants.append(HostileVariant(field: field.name, value: value, bytes: bytes(changed)))
        }
      }
      let offset = bytes(Array(chunks[..<index])).count
      let length = HostileField(name: "\(name).length", offset: offset, width: 4)
      variants += length.variants(of: bytes(chunks)).map {
        HostileVariant(field: length.name, value: $0, bytes: $1)
      }
    }
    func add(_ field: String, _ value: String, _ new: [Chunk]) {
      let changed = chunks.prefix(1) + new + chunks.dropFirst()
      variants.append(HostileVariant(field: field, value: value, bytes: bytes(Array(changed))))
    }
    for text in HostileText.all + [("1MiB", HostileText.huge)] {
      for chunk in comments(key: Array("Comment".utf8), text: text.bytes) {
        add("\(chunk.type).text", text.name, [chunk])
      }
      for chunk in comments(key: text.bytes, text: [0x61]) where text.name != "1MiB" {
        add("\(chunk.type).key", text.name, [chunk])
      }
    }
    for key in HostileText.keys {
      for value in HostileText.keyValues {
        add("text.key-\(key)", value, comments(key: Array(key.utf8), text: Array(value.utf8)))
      }
    }
    return variants
  }

  private struct Chunk {
    var type: String
    var data: [UInt8]

    var bytes: [UInt8] {
      let content = Array(type.utf8) + data
      return ByteOrder.big.bytes(UInt64(data.count), width: 4) + content
        + ByteOrder.big.bytes(UInt64(HostileChecksum.png(content)), width: 4)
    }
  }

  private static func read(_ seed: [UInt8]) -> [Chunk] {
    var chunks: [Chunk] = []
    var offset = 8
    while offset + 12 <= seed.count {
      let size = ByteOrder.big.number(seed[offset..<offset + 4])
      guard offset + 12 + size <= seed.count else { break }
      let type = String(decoding: seed[offset + 4..<offset + 8], as: UTF8.self)
      chunks.append(Chunk(type: type, data: Array(seed[offset + 8..<offset + 8 + size])))
      offset += 12 + size
    }
    return chunks
  }

  private static func bytes(_ chunks: [Chunk]) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunks.flatMap(\.bytes)
  }

  private static func row(of type: String) -> [(name: String?, width: Int)] {
    switch type {
    case "IHDR":
      return [("width", 4), ("height", 4), ("depth", 1), ("colour", 1), ("compression", 1)]
        + [("filter", 1), ("interlace", 1)]
    case "pHYs": return [("x", 4), ("y", 4), ("unit", 1)]
    case "gAMA": return [("gamma", 4)]
    case "cHRM": return ["wx", "wy", "rx", "ry", "gx", "gy", "bx", "by"].map { ($0, 4) }
    case "sRGB": return [("intent", 1)]
    case "cICP": return ["primaries", "transfer", "matrix", "range"].map { ($0, 1) }
    case "cLLi": return [("content", 4), ("average", 4)]
    case "mDCv":
      return ["rx", "ry", "gx", "gy", "bx", "by", "wx", "wy"].map { ($0, 2) }
        + [("maximum", 4), ("minimum", 4)]
    case "tIME":
      return [("year", 2), ("month", 1), ("day", 1), ("hour", 1), ("minute", 1), ("second", 1)]
    case "sTER": return [("mode", 1)]
    case "acTL": return [("frames", 4), ("plays", 4)]
    case "fcTL":
      return [("sequence", 4), ("width", 4), ("height", 4), ("x", 4), ("y", 4)]
        + [("delay_num", 2), ("delay_den", 2), ("dispose", 1), ("blend", 1)]
    case "fdAT": return [("sequence", 4)]
    default: return []
    }
  }

  /// The chunks with what the seed does not have behind the first.
  private static func enriched(_ chunks: [Chunk]) -> [Chunk] {
    let make = { (type: String, words: [UInt64]) in
      Chunk(type: type, data: words.flatMap { ByteOrder.big.bytes($0, width: 4) })
    }
    let white: [UInt64] = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
    let points = white.flatMap { ByteOrder.big.bytes($0, width: 2) }
    let light = make("", [10_000_000, 50]).data
    let new = [
      make("gAMA", [45455]), make("cHRM", white), Chunk(type: "sRGB", data: [0]),
      Chunk(type: "cICP", data: [1, 13, 0, 1]), make("cLLi", [10_000_000, 4_000_000]),
      Chunk(type: "mDCv", data: points + light), Chunk(type: "sTER", data: [0]),
      Chunk(type: "pHYs", data: make("", [2835, 2835]).data + [1]),
      Chunk(type: "tIME", data: [7, 0xE8, 1, 1, 0, 0, 0]),
    ]
    let types = Set(new.map(\.type))
    return chunks.prefix(1) + new + chunks.dropFirst().filter { !types.contains($0.type) }
  }

  /// The three kinds of text: plain, compressed, and with a language.
  private static func comments(key: [UInt8], text: [UInt8]) -> [Chunk] {
    [
      Chunk(type: "tEXt", data: key + [0] + text),
      Chunk(type: "zTXt", data: key + [0, 0] + stored(text)),
      Chunk(type: "iTXt", data: key + [0, 0, 0, 0x65, 0x6E, 0, 0] + text),
    ]
  }

  /// A zlib stream that compresses nothing: RFC 1950 and 1951.
  private static func stored(_ text: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var rest = text[...]
    repeat {
      let block = rest.prefix(65535)
      rest = rest.dropFirst(block.count)
      stream.append(rest.isEmpty ? 1 : 0)
      stream += ByteOrder.little.bytes(UInt64(block.count), width: 2)
      stream += ByteOrder.little.bytes(~UInt64(block.count), width: 2) + block
    } while !rest.isEmpty
    return stream + ByteOrder.big.bytes(UInt64(HostileChecksum.adler(text)), width: 4)
  }
}
