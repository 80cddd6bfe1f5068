/// A box of an MP4 file: ISO/IEC 14496-12, section 4.2.
struct MP4Box {
  /// Four characters, in Latin-1.
  var type: String
  /// What stands before the children; all of it where there are none.
  var head: [UInt8] = []
  var children: [MP4Box] = []

  /// How many bytes stand before the children of those boxes that have some.
  static let heads: [String: Int] = [
    "moov": 0, "trak": 0, "mdia": 0, "minf": 0, "stbl": 0, "edts": 0, "dinf": 0, "udta": 0,
    "moof": 0, "traf": 0, "mvex": 0, "ilst": 0, "----": 0, "sv3d": 0, "proj": 0, "mfra": 0,
    "\u{A9}nam": 0, "\u{A9}cmt": 0, "\u{A9}too": 0, "meta": 4, "stsd": 8, "avc1": 78, "mp4a": 28,
  ]

  /// Reads all boxes in some bytes.
  static func read(_ bytes: ArraySlice<UInt8>) -> [MP4Box] {
    var rest = bytes
    var boxes: [MP4Box] = []
    while rest.count >= 8 {
      let size = max(8, min(ByteOrder.big.number(rest.prefix(4)), rest.count))
      let type = String(
        String.UnicodeScalarView(rest.dropFirst(4).prefix(4).map { Unicode.Scalar($0) }))
      let content = rest.prefix(size).dropFirst(8)
      rest = rest.dropFirst(size)
      if let count = heads[type] {
        let children = read(content.dropFirst(count))
        boxes.append(MP4Box(type: type, head: Array(content.prefix(count)), children: children))
      } else {
        boxes.append(MP4Box(type: type, head: Array(content)))
      }
    }
    return boxes
  }

  /// The box as it stands in a file.
  var bytes: [UInt8] {
    let content = head + children.flatMap(\.bytes)
    return ByteOrder.big.bytes(UInt64(content.count + 8), width: 4)
      + type.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } + content
  }

  /// The box with another head for one of its descendants.
  func setting(_ path: ArraySlice<Int>, to head: [UInt8]) -> MP4Box {
    var changed = self
    if let index = path.first {
      changed.children[index] = children[index].setting(path.dropFirst(), to: head)
    } else {
      changed.head = head
    }
    return changed
  }

  /// The box with something done to it and to all below it.
  func mapped(_ change: (MP4Box) -> MP4Box) -> MP4Box {
    var changed = self
    changed.children = children.map { $0.mapped(change) }
    return change(changed)
  }
}
