/// Matroska with hostile elements: RFC 9559.
///
/// The tree is read, filled up with what the seed does not have, and written anew for each variant,
/// with integers of eight bytes, so that each can hold any value.
enum HostileMatroska {
  static func variants(of seed: [UInt8]) -> [HostileVariant] {
    // The segment's children are walked; the EBML header is written as it is but for its own turn.
    let roots = EBMLElement.read(seed[...]).map(widened)
    guard roots.count >= 2 else { return [] }
    var file = EBMLElement(id: 0, children: [roots[0], enriched(roots[1])])
    var variants = [HostileVariant(field: "good", value: "as-is", bytes: bytes(file))]
    for leaf in leaves(file) {
      let field = leaf.names.joined(separator: ".")
      for (value, data) in values(leaf.element) {
        let changed = file.setting(leaf.path[...], to: data)
        let keepsCues = !field.hasSuffix("CueClusterPosition")
        variants.append(
          HostileVariant(field: field, value: value, bytes: bytes(changed, fixingCues: keepsCues)))
      }
    }
    variants += pairs(file)
    for key in HostileText.keys {
      for value in HostileText.keyValues {
        file.children[1] = tagged(enriched(roots[1]), key: key, value: value)
        let field = "Segment.Tags.key-\(key)"
        variants.append(HostileVariant(field: field, value: value, bytes: bytes(file)))
      }
    }
    file.children[1] = tagged(enriched(roots[1]), key: "TITLE", data: HostileText.huge)
    variants.append(HostileVariant(field: "Segment.Tags.text", value: "1MiB", bytes: bytes(file)))
    return variants
  }

  /// Units of time with times: each may be good, and their product too large.
  private static func pairs(_ file: EBMLElement) -> [HostileVariant] {
    let leaves = leaves(file)
    let units = leaves.filter {
      ["TimestampScale", "TrackTimestampScale"].contains($0.element.name)
    }
    let names: Set = ["Timestamp", "BlockDuration", "Duration", "CueTime", "ReferenceBlock"]
    return units.flatMap { unit -> [HostileVariant] in
      let scales = values(unit.element).filter {
        ["1", "2^31-1", "2^53", "1e300"].contains($0.name)
      }
      return leaves.filter { names.contains($0.element.name) }.flatMap { leaf in
        scales.flatMap { scale in
          values(leaf.element).filter { $0.name.hasPrefix("2^") || $0.name.hasPrefix("-2^") }.map {
            let scaled = file.setting(unit.path[...], to: scale.bytes)
            let changed = scaled.setting(leaf.path[...], to: $0.bytes)
            let field =
              "\(unit.names.suffix(2).joined(separator: "."))+\(leaf.names.joined(separator: "."))"
            return HostileVariant(
              field: field, value: "\(scale.name)+\($0.name)", bytes: bytes(changed))
          }
        }
      }
    }
  }

  /// What an element is set to.
  private static func values(_ element: EBMLElement) -> [(name: String, bytes: [UInt8])] {
    switch element.kind?.type {
    case .unsigned, .signed: return HostileNumber.bytes(width: 8, order: .big)
    case .float: return HostileNumber.floatBytes(width: 8, order: .big)
    case .text: return HostileText.all
    case .block:
      // The track in one byte with a mark, a time of 16 bits, and flags with the lacing.
      var values: [(String, [UInt8])] = HostileNumber.bytes(width: 2, order: .big).map {
        ("time-\($0.name)", element.data.prefix(1) + $0.bytes + element.data.dropFirst(3))
      }
      for lacing: UInt8 in [2, 4, 6] {
        let flags = element.data[3] | lacing
        let data = element.data.prefix(3) + [flags] + element.data.dropFirst(4)
        values.append(("lacing-\(lacing)", Array(data)))
      }
      values.append(("track-0", [0x80] + element.data.dropFirst()))
      values.append(("empty", Array(element.data.prefix(4))))
      return values
    case .master, .binary, nil: return []
    }
  }

  /// A descendant that has no children, with the way to it.
  private struct Leaf {
    var path: [Int]
    var names: [String]
    var element: EBMLElement
  }

  /// All leaves that are worth a change: of many brothers of a kind the first two and the last.
  private static func leaves(_ element: EBMLElement, at path: [Int] = [], _ names: [String] = [])
    -> [Leaf]
  {
    guard path.isEmpty || element.isMaster else {
      return [Leaf(path: path, names: names, element: element)]
    }
    var counts: [UInt64: Int] = [:]
    for child in element.children { counts[child.id, default: 0] += 1 }
    var seen: [UInt64: Int] = [:]
    var leaves: [Leaf] = []
    for (index, child) in element.children.enumerated() {
      let number = seen[child.id, default: 0] + 1
      seen[child.id] = number
      guard number <= 2 || number == counts[child.id] else { continue }
      let name = counts[child.id] == 1 ? child.name : "\(child.name)\(number)"
      leaves += self.leaves(child, at: path + [index], names + [name])
    }
    return leaves
  }

  /// The file's bytes.
  ///
  /// Cues that do not point at clusters would never be followed.
  private static func bytes(_ file: EBMLElement, fixingCues: Bool = true) -> [UInt8] {
    var file = file
    if fixingCues { file.children[1] = withRightCues(file.children[1]) }
    return file.children.flatMap(\.bytes)
  }

  private static func withRightCues(_ segment: EBMLElement) -> EBMLElement {
    var positions: [Int] = []
    var position = 0
    for child in segment.children {
      if child.name == "Cluster" { positions.append(position) }
      position += child.bytes.count
    }
    var segment = segment
    guard let cues = segment.children.firstIndex(where: { $0.name == "Cues" }) else {
      return segment
    }
    for (point, place) in zip(segment.children[cues].children.indices, positions) {
      let data = ByteOrder.big.bytes(UInt64(place), width: 8)
      segment.children[cues].children[point].children[1].children[1].data = data
    }
    return segment
  }

  /// An element with its numbers in eight bytes, here and below.
  private static func widened(_ element: EBMLElement) -> EBMLElement {
    var wide = element
    wide.children = element.children.map(widened)
    switch element.kind?.type {
    case .unsigned:
      wide.data = ByteOrder.big.bytes(UInt64(ByteOrder.big.number(element.data)), width: 8)
    case .float where element.data.count == 4:
      let bits = UInt32(truncatingIfNeeded: ByteOrder.big.number(element.data))
      wide.data = ByteOrder.big.bytes(Double(Float(bitPattern: bits)).bitPattern, width: 8)
    default: break
    }
    return wide
  }

  // MARK: What the seed does not have

  private static func make(_ name: String, _ children: [EBMLElement]) -> EBMLElement {
    EBMLElement(id: MatroskaElements.ids[name] ?? 0xEC, children: children)
  }

  private static func make(_ name: String, _ number: Int) -> EBMLElement {
    let data = ByteOrder.big.bytes(UInt64(bitPattern: Int64(number)), width: 8)
    return EBMLElement(id: MatroskaElements.ids[name] ?? 0xEC, data: data)
  }

  private static func make(_ name: String, _ number: Double) -> EBMLElement {
    let data = ByteOrder.big.bytes(number.bitPattern, width: 8)
    return EBMLElement(id: MatroskaElements.ids[name] ?? 0xEC, data: data)
  }

  private static func make(_ name: String, _ text: String) -> EBMLElement {
    EBMLElement(id: MatroskaElements.ids[name] ?? 0xEC, data: Array(text.utf8))
  }

  /// A segment in which there is something of everything.
  private static func enriched(_ segment: EBMLElement) -> EBMLElement {
    var children = segment.children.filter { !["Cues", "Tags", "Chapters"].contains($0.name) }
    for index in children.indices {
      switch children[index].name {
      case "Info":
        add(make("DateUTC", 0), to: &children[index])
        add(make("Title", "a"), to: &children[index])
      case "Tracks": children[index].children = children[index].children.map(enrichedTrack)
      case "Cluster": children[index].children = grouped(children[index].children)
      default: break
      }
    }
    let clusters = children.filter { $0.name == "Cluster" }
    let points = clusters.map { cluster in
      let time = cluster.children.first { $0.name == "Timestamp" }
      let place = [
        make("CueTrack", 1), make("CueClusterPosition", 0), make("CueRelativePosition", 0),
        make("CueDuration", 40), make("CueBlockNumber", 1),
      ]
      return make(
        "CuePoint",
        [time.map { retimed($0) } ?? make("CueTime", 0)]
          + [make("CueTrackPositions", place)])
    }
    let first = children.firstIndex { $0.name == "Cluster" } ?? children.endIndex
    children.insert(contentsOf: extras + [make("Cues", points)], at: first)
    var rich = segment
    rich.children = children
    return rich
  }

  private static func retimed(_ time: EBMLElement) -> EBMLElement {
    EBMLElement(id: MatroskaElements.ids["CueTime"] ?? 0xEC, data: time.data)
  }

  private static func add(_ element: EBMLElement, to parent: inout EBMLElement) {
    if !parent.children.contains(where: { $0.id == element.id }) {
      parent.children.append(element)
    }
  }

  /// Chapters, tags and an attachment.
  private static var extras: [EBMLElement] {
    let atoms = [(1, 0, 120_000_000), (2, 120_000_000, 240_000_000)].map { uid, start, end in
      make(
        "ChapterAtom",
        [
          make("ChapterUID", uid), make("ChapterTimeStart", start), make("ChapterTimeEnd", end),
          make("ChapterFlagHidden", 0),
          make("ChapterDisplay", [make("ChapString", "a"), make("ChapLanguage", "eng")]),
        ])
    }
    let edition = [make("EditionUID", 1), make("EditionFlagDefault", 1)] + atoms
    let targets = [
      make("TargetTypeValue", 50), make("TargetType", "MOVIE"), make("TagTrackUID", 0),
      make("TagChapterUID", 0),
    ]
    let simple = [
      make("TagName", "COMMENT"), make("TagLanguage", "eng"), make("TagDefault", 1),
      make("TagString", "b"),
    ]
    let attached = [
      make("FileDescription", "a"), make("FileName", "a.ttf"),
      make("FileMimeType", "application/x-truetype-font"),
      EBMLElement(id: MatroskaElements.ids["FileData"] ?? 0xEC, data: [1, 2, 3]),
      make("FileUID", 7),
    ]
    return [
      make("Chapters", [make("EditionEntry", edition)]),
      make("Tags", [make("Tag", [make("Targets", targets), make("SimpleTag", simple)])]),
      make("Attachments", [make("AttachedFile", attached)]),
    ]
  }

  private static func enrichedTrack(_ track: EBMLElement) -> EBMLElement {
    var track = track
    let isVideo = track.children.contains { $0.name == "Video" }
    for element in [
      make("FlagEnabled", 1), make("FlagDefault", 1), make("FlagForced", 0),
      make("TrackTimestampScale", 1.0), make("Name", "a"), make("Language", "eng"),
      make("CodecName", "a"), make("CodecDelay", 0), make("SeekPreRoll", 0),
    ] { add(element, to: &track) }
    if isVideo { add(make("DefaultDuration", 40_000_000), to: &track) }
    for index in track.children.indices {
      switch track.children[index].name {
      case "Video":
        track.children[index].children.removeAll { $0.name == "Colour" }
        for element in pictureExtras { add(element, to: &track.children[index]) }
      case "Audio":
        add(make("OutputSamplingFrequency", 8000.0), to: &track.children[index])
        add(make("BitDepth", 16), to: &track.children[index])
      default: break
      }
    }
    return track
  }

  private static var pictureExtras: [EBMLElement] {
    let primaries = ["R", "G", "B"].flatMap { ["Primary\($0)", "Primary\($0)"] }
    let points = (primaries + ["WhitePoint", "WhitePoint"]).enumerated().map { index, name in
      make("\(name)Chromaticity\(index % 2 == 0 ? "X" : "Y")", 0.3)
    }
    let light = [make("LuminanceMax", 1000.0), make("LuminanceMin", 0.1)]
    let colour = [
      make("MatrixCoefficients", 1), make("BitsPerChannel", 8), make("ChromaSubsamplingHorz", 1),
      make("ChromaSubsamplingVert", 1), make("ChromaSitingHorz", 1), make("ChromaSitingVert", 1),
      make("Range", 1), make("TransferCharacteristics", 1), make("Primaries", 1),
      make("MaxCLL", 1000), make("MaxFALL", 400), make("MasteringMetadata", points + light),
    ]
    let projection = [
      make("ProjectionType", 0), make("ProjectionPoseYaw", 0.0), make("ProjectionPosePitch", 0.0),
      make("ProjectionPoseRoll", 0.0),
    ]
    return [
      make("FlagInterlaced", 2), make("FieldOrder", 2), make("StereoMode", 0),
      make("AlphaMode", 0), make("PixelCropBottom", 0), make("PixelCropTop", 0),
      make("PixelCropLeft", 0), make("PixelCropRight", 0), make("DisplayWidth", 64),
      make("DisplayHeight", 48), make("DisplayUnit", 0), make("FrameRate", 25.0),
      make("GammaValue", 2.2), make("Colour", colour), make("Projection", projection),
    ]
  }

  /// A cluster's children with every other block in a group, which can have a duration.
  private static func grouped(_ children: [EBMLElement]) -> [EBMLElement] {
    var blocks = 0
    return children.map { child in
      guard child.name == "SimpleBlock" else { return child }
      blocks += 1
      guard blocks % 2 == 0, child.data.count > 4 else { return child }
      var block = child
      block.id = MatroskaElements.ids["Block"] ?? 0xEC
      block.data[3] &= 0x7F
      let isKey = child.data[3] & 0x80 != 0
      let reference = isKey ? [] : [make("ReferenceBlock", -40)]
      let rest = [make("BlockDuration", 40), make("DiscardPadding", 0)]
      return make("BlockGroup", [block] + rest + reference)
    }
  }

  private static func tagged(_ segment: EBMLElement, key: String, value: String) -> EBMLElement {
    tagged(segment, key: key, data: Array(value.utf8))
  }

  /// The segment with one more tag, for the file and for its first track.
  private static func tagged(_ segment: EBMLElement, key: String, data: [UInt8]) -> EBMLElement {
    let string = EBMLElement(id: MatroskaElements.ids["TagString"] ?? 0xEC, data: data)
    let simple = make("SimpleTag", [make("TagName", key), string])
    let tracks = segment.children.first { $0.name == "Tracks" }
    let uid = tracks?.children.first?.children.first { $0.name == "TrackUID" }
    var target = EBMLElement(id: MatroskaElements.ids["TagTrackUID"] ?? 0xEC)
    target.data = uid?.data ?? []
    var segment = segment
    let first = segment.children.firstIndex { $0.name == "Cluster" } ?? 0
    let tags = [
      make("Tag", [make("Targets", []), simple]), make("Tag", [make("Targets", [target]), simple]),
    ]
    segment.children.insert(make("Tags", tags), at: first)
    return segment
  }
}
