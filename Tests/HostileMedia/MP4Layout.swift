/// Where the numbers stand in the boxes: ISO/IEC 14496-12 and -14, and QuickTime's specification.
enum MP4Layout {
  /// The numeric fields in a box's head.
  static func fields(of box: MP4Box) -> [HostileField] {
    let head = box.head
    let isLong = head.first == 1
    let start = "version:1 flags:3 "
    switch box.type {
    case "mvhd":
      let times = isLong ? "created:8 modified:8 timescale:4 duration:8 " : shortTimes
      return fields(box, start + times + "rate:4 volume:2 -:10 " + matrix + "-:24 next:4")
    case "tkhd":
      let times =
        isLong
        ? "created:8 modified:8 id:4 -:4 duration:8 " : "created:4 modified:4 id:4 -:4 duration:4 "
      let rest = "-:8 layer:2 group:2 volume:2 -:2 " + matrix + "width:4 height:4"
      return fields(box, start + times + rest)
    case "mdhd":
      let times = isLong ? "created:8 modified:8 timescale:4 duration:8 " : shortTimes
      return fields(box, start + times + "language:2 -:2")
    case "elst":
      return table(
        box,
        isLong
          ? "duration:8 time:8 rate:2 fraction:2" : "duration:4 time:4 rate:2 fraction:2")
    case "stts": return table(box, "count:4 delta:4")
    case "ctts": return table(box, "count:4 offset:4")
    case "stsc": return table(box, "chunk:4 samples:4 description:4")
    case "stco", "stss": return table(box, "number:4")
    case "co64": return table(box, "offset:8")
    case "stsz": return table(box, "size:4", before: "uniform:4 ")
    case "avc1":
      let size = "width:2 height:2 hres:4 vres:4 size:4 frames:2 "
      let before = "-:6 dref:2 version:2 revision:2 vendor:4 temporal:4 spatial:4 "
      return fields(box, before + size + "namelength:1 -:31 depth:2 palette:2")
    case "mp4a":
      let sound = "channels:2 bits:2 compression:2 packet:2 rate:4"
      return fields(box, "-:6 dref:2 version:2 revision:2 vendor:4 " + sound)
    case "avcC":
      return fields(box, "version:1 profile:1 compatible:1 level:1 length:1 sps:1 spssize:2")
    case "esds":
      let decoder = "-:1 length2:4 object:1 stream:1 buffer:3 maximum:4 average:4 -:1 length3:4"
      return fields(box, start + "-:1 length:4 id:2 flags2:1 " + decoder)
    case "colr": return fields(box, "type:4 primaries:2 transfer:2 matrix:2 full:1")
    case "chpl": return fields(box, start + "-:4 count:1 start:8 length:1 -:1 start2:8 length2:1")
    case "clli": return fields(box, "content:2 average:2")
    case "mdcv":
      return fields(box, "gx:2 gy:2 bx:2 by:2 rx:2 ry:2 wx:2 wy:2 maximum:4 minimum:4")
    case "st3d": return fields(box, start + "mode:1")
    case "tfdt": return fields(box, start + (isLong ? "time:8" : "time:4"))
    case "tfhd":
      let options = [(0x1, "base:8 "), (0x2, "description:4 "), (0x8, "duration:4 ")]
      let more = [(0x10, "size:4 "), (0x20, "sampleflags:4 ")]
      return fields(box, start + "track:4 " + present(options + more, in: box))
    case "trun":
      let once = present([(0x1, "dataoffset:4 "), (0x4, "firstflags:4 ")], in: box)
      let options = [
        (0x100, "duration# "), (0x200, "size# "), (0x400, "flags# "), (0x800, "time# "),
      ]
      let entry = present(options, in: box).split(separator: " ")
      let entries = (0..<2).flatMap { index in entry.map { $0.dropLast() + "\(index):4" } }
      return fields(box, start + "count:4 " + once + entries.joined(separator: " "))
    case "mdat", "free": return []
    default:
      // Whatever it is, it is words of four bytes, of which the first tell the most.
      return fields(box, (0..<min(head.count / 4, 16)).map { "word\($0):4" }.joined(separator: " "))
    }
  }

  /// How many bytes stand before the text of a box that is text to its end.
  static let texts: [String: Int] = [
    "data": 8, "mean": 4, "name": 4, "hdlr": 24, "ftyp": 0, "titl": 6, "svhd": 4, "cprt": 6,
  ]

  private static let shortTimes = "created:4 modified:4 timescale:4 duration:4 "
  private static let matrix = "a:4 b:4 u:4 c:4 d:4 v:4 x:4 y:4 w:4 "

  /// The fields in a row such as `flags:3 -:4`, in which a hyphen is a gap.
  private static func fields(_ box: MP4Box, _ row: String) -> [HostileField] {
    let parts = row.split(separator: " ").map { part -> (name: String?, width: Int) in
      let pair = part.split(separator: ":")
      return (pair[0] == "-" ? nil : String(pair[0]), Int(pair[1]) ?? 1)
    }
    return HostileField.row(parts, at: 0, prefix: box.type, within: box.head.count)
  }

  /// The fields of a box that has a count and rows of one kind.
  ///
  /// They are the count's, the first two rows' and the last's.
  private static func table(_ box: MP4Box, _ row: String, before: String = "") -> [HostileField] {
    var fields = fields(box, "version:1 flags:3 " + before + "entries:4")
    let entry = self.fields(MP4Box(type: box.type, head: Array(repeating: 0, count: 64)), row)
    guard let first = fields.last, let last = entry.last else { return fields }
    let start = first.offset + first.width
    let width = last.offset + last.width
    let count = (box.head.count - start) / width
    for index in Set([0, 1, count - 1]).sorted() where (0..<count).contains(index) {
      fields += entry.map { field in
        var field = field
        field.name += "\(index)"
        field.offset += start + index * width
        return field
      }
    }
    return fields
  }

  /// The fields that the flags of a box say are there.
  private static func present(_ options: [(Int, String)], in box: MP4Box) -> String {
    let flags = ByteOrder.big.number(box.head.prefix(4).dropFirst())
    return options.filter { flags & $0.0 != 0 }.map(\.1).joined()
  }
}
