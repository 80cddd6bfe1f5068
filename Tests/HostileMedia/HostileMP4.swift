/// MP4, plain and in fragments, with hostile boxes: ISO/IEC 14496-12.
///
/// The boxes of samples stand before those that say where they are, so that the latter can grow.
enum HostileMP4 {
  static func variants(of seed: [UInt8]) -> [HostileVariant] {
    let file = enriched(MP4Box(type: "file", children: MP4Box.read(seed[...])))
    let long = file.mapped(lengthened)
    var variants = [
      HostileVariant(field: "good", value: "as-is", bytes: bytes(file)),
      HostileVariant(field: "good-long", value: "as-is", bytes: bytes(long)),
    ]
    variants += numbers(file) { _ in true } + texts(file) + sizes(file)
    // The rest is the same in both.
    let grown: Set = ["mvhd", "tkhd", "mdhd", "elst", "co64", "tfdt"]
    variants += numbers(long) { grown.contains($0) }.map {
      HostileVariant(field: "long-" + $0.field, value: $0.value, bytes: $0.bytes)
    }
    variants += pairs(long)
    for key in HostileText.keys {
      for value in HostileText.keyValues {
        let tagged = adding([freeform(key, Array(value.utf8))], to: "ilst", of: file)
        variants.append(
          HostileVariant(field: "ilst.key-\(key)", value: value, bytes: bytes(tagged)))
      }
    }
    let huge = adding([freeform("huge", HostileText.huge)], to: "ilst", of: file)
    variants.append(HostileVariant(field: "ilst.text", value: "1MiB", bytes: bytes(huge)))
    return variants
  }

  private static func bytes(_ file: MP4Box) -> [UInt8] { file.children.flatMap(\.bytes) }

  /// Each numeric field of some boxes with each value.
  private static func numbers(_ file: MP4Box, in types: (String) -> Bool) -> [HostileVariant] {
    places(file).filter { types($0.box.type) }.flatMap { place in
      MP4Layout.fields(of: place.box).flatMap { field in
        field.variants(of: place.box.head).map { value, head in
          HostileVariant(
            field: place.prefix + field.name, value: value,
            bytes: bytes(file.setting(place.path[...], to: head)))
        }
      }
    }
  }

  /// Units of time with times: each may be good, and their quotient too large.
  private static func pairs(_ file: MP4Box) -> [HostileVariant] {
    let times = ["elst.duration0", "elst.time0", "tfdt.time", "stts.delta0", "ctts.offset0"]
    let units: [(String, UInt64)] = [("1", 1), ("2^31-1", 1 << 31 - 1)]
    return units.flatMap { name, unit -> [HostileVariant] in
      let scaled = file.mapped { box in
        guard ["mvhd", "mdhd"].contains(box.type), box.head.count > 24 else { return box }
        var box = box
        box.head.replaceSubrange(20..<24, with: ByteOrder.big.bytes(unit, width: 4))
        return box
      }
      return numbers(scaled) { ["elst", "tfdt", "stts", "ctts"].contains($0) }.filter { variant in
        times.contains { variant.field.hasSuffix($0) }
      }.map {
        HostileVariant(
          field: "timescale+\($0.field)", value: "\(name)+\($0.value)", bytes: $0.bytes)
      }
    }
  }

  /// Each text with each text.
  private static func texts(_ file: MP4Box) -> [HostileVariant] {
    places(file).flatMap { place -> [HostileVariant] in
      guard let start = MP4Layout.texts[place.box.type], start <= place.box.head.count else {
        return []
      }
      return HostileText.all.map { name, text in
        HostileVariant(
          field: "\(place.prefix)\(place.box.type).text", value: name,
          bytes: bytes(file.setting(place.path[...], to: place.box.head.prefix(start) + text)))
      }
    }
  }

  /// Each box with each size; the file stays as long as it is.
  private static func sizes(_ file: MP4Box) -> [HostileVariant] {
    let good = bytes(file)
    var seen: Set<String> = []
    return offsets(file.children, from: 0).filter { seen.insert($0.type).inserted }.flatMap { box in
      HostileField(name: "\(box.type).boxsize", offset: box.offset, width: 4).variants(of: good)
        .map { HostileVariant(field: "\(box.type).boxsize", value: $0, bytes: $1) }
    }
  }

  private static func offsets(_ boxes: [MP4Box], from start: Int) -> [(type: String, offset: Int)] {
    var offset = start
    var found: [(type: String, offset: Int)] = []
    for box in boxes {
      found.append((box.type, offset))
      found += offsets(box.children, from: offset + 8 + box.head.count)
      offset += box.bytes.count
    }
    return found
  }

  /// A box with the way to it.
  private struct Place {
    var path: [Int]
    /// Such as `trak2.`, where there are several.
    var prefix: String
    var box: MP4Box
  }

  /// All boxes; of brothers of a kind the first two.
  private static func places(_ box: MP4Box, at path: [Int] = [], _ prefix: String = "") -> [Place] {
    var counts: [String: Int] = [:]
    for child in box.children { counts[child.type, default: 0] += 1 }
    var seen: [String: Int] = [:]
    return box.children.enumerated().flatMap { index, child -> [Place] in
      let number = seen[child.type, default: 0] + 1
      seen[child.type] = number
      guard number <= 2 else { return [] }
      var prefix = prefix
      if counts[child.type] != 1 || box.type == "ilst" {
        prefix += "\(child.type.filter(\.isASCII))\(number)."
      }
      let here = Place(path: path + [index], prefix: prefix, box: child)
      return [here] + places(child, at: path + [index], prefix)
    }
  }

  // MARK: What the seed does not have

  private static func adding(_ boxes: [MP4Box], to type: String, of file: MP4Box) -> MP4Box {
    file.mapped { box in
      guard box.type == type else { return box }
      var grown = box
      grown.children += boxes.filter { new in !box.children.contains { $0.type == new.type } }
      return grown
    }
  }

  /// A box with words of four bytes.
  private static func make(_ type: String, _ words: [UInt32]) -> MP4Box {
    MP4Box(type: type, head: words.flatMap { ByteOrder.big.bytes(UInt64($0), width: 4) })
  }

  private static func halves(_ type: String, _ halves: [UInt16]) -> MP4Box {
    MP4Box(type: type, head: halves.flatMap { ByteOrder.big.bytes(UInt64($0), width: 2) })
  }

  /// A tag with a name of its own.
  private static func freeform(_ key: String, _ value: [UInt8]) -> MP4Box {
    let start: [UInt8] = [0, 0, 0, 0]
    return MP4Box(
      type: "----",
      children: [
        MP4Box(type: "mean", head: start + Array("com.apple.iTunes".utf8)),
        MP4Box(type: "name", head: start + Array(key.utf8)),
        MP4Box(type: "data", head: [0, 0, 0, 1] + start + value),
      ])
  }

  private static func enriched(_ file: MP4Box) -> MP4Box {
    let angles = make("prhd", [0, 0, 0, 0])
    let equal = make("equi", [0, 0, 0, 0, 0])
    let sphere = MP4Box(
      type: "sv3d",
      children: [
        MP4Box(type: "svhd", head: [0, 0, 0, 0, 0x61, 0]),
        MP4Box(type: "proj", children: [angles, equal]),
      ])
    let colour = MP4Box(type: "colr", head: Array("nclx".utf8) + [0, 1, 0, 1, 0, 1, 0])
    let light = MP4Box(
      type: "mdcv",
      head: halves("", [8500, 39850, 6550, 2300, 35400, 14600, 15635, 16450]).head
        + make("", [10_000_000, 50]).head)
    let picture = [
      make("pasp", [1, 1]), make("clap", [64, 1, 48, 1, 0, 1, 0, 1]), colour,
      make("btrt", [0, 100_000, 90_000]), halves("clli", [1000, 400]), light,
      MP4Box(type: "fiel", head: [1, 0]), MP4Box(type: "st3d", head: [0, 0, 0, 0, 0]), sphere,
    ]
    let chapter = ByteOrder.big.bytes(0, width: 8) + [1, 0x61]
    let second = ByteOrder.big.bytes(1_000_000, width: 8) + [1, 0x62]
    let chapters = MP4Box(type: "chpl", head: [1, 0, 0, 0, 0, 0, 0, 0, 2] + chapter + second)
    let handler = MP4Box(
      type: "hdlr", head: make("", [0, 0]).head + Array("mdirappl".utf8) + make("", [0, 0]).head)
    let list = MP4Box(type: "ilst", children: [freeform("a", [0x62])])
    let meta = MP4Box(type: "meta", head: [0, 0, 0, 0], children: [handler, list])
    var rich = adding(picture, to: "avc1", of: file)
    rich = adding([MP4Box(type: "udta"), MP4Box(type: "edts")], to: "moov", of: rich)
    rich = adding([meta, chapters], to: "udta", of: rich)
    let edits = make("elst", [0, 1, 6000, 0, 0x1_0000])
    rich = adding([MP4Box(type: "edts", children: [edits])], to: "trak", of: rich)
    return rich
  }

  /// A box with times and places of eight bytes.
  private static func lengthened(_ box: MP4Box) -> MP4Box {
    guard box.head.first == 0, box.head.count >= 8 else { return box }
    var long = box
    func widened(_ words: ArraySlice<UInt8>) -> [UInt8] {
      stride(from: words.startIndex, to: words.endIndex - 3, by: 4).flatMap {
        [0, 0, 0, 0] + words[$0..<$0 + 4]
      }
    }
    let flags = [1] + box.head[1..<4]
    switch box.type {
    case "mvhd", "mdhd":
      let times = widened(box.head[4..<12]) + box.head[12..<16] + widened(box.head[16..<20])
      long.head = flags + times + box.head[20...]
    case "tkhd":
      let times = widened(box.head[4..<12]) + box.head[12..<20] + widened(box.head[20..<24])
      long.head = flags + times + box.head[24...]
    case "elst":
      long.head = flags + box.head[4..<8]
      for start in stride(from: 8, to: box.head.count - 11, by: 12) {
        // The time of an edit has a sign.
        let time = box.head[start + 4..<start + 8]
        let sign: UInt8 = time.first.map { $0 & 0x80 != 0 ? 0xFF : 0 } ?? 0
        long.head += widened(box.head[start..<start + 4]) + Array(repeating: sign, count: 4)
        long.head += time + box.head[start + 8..<start + 12]
      }
    case "tfdt": long.head = flags + widened(box.head[4..<8])
    case "stco":
      long.type = "co64"
      long.head = Array(box.head.prefix(8)) + widened(box.head[8...])
    default: break
    }
    return long
  }
}
