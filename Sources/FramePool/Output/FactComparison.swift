import CFFmpeg

/// What an output says about itself against what it was told.
struct FactComparison {
  /// What it does not say, in words.
  private(set) var losses: [String] = []

  private var fileTags: [String: String] = [:]

  init(
    _ expectation: OutputVerifier.Expectation, _ context: borrowing InputContext, _ streams: [Int?]
  ) {
    let carriage = expectation.carriage
    let container = expectation.plan.container
    fileTags = StreamInfo.tags(context.raw.pointee.metadata)
    compare(carriage.tags, fileTags, of: "the file", container)
    let chapters = Int(context.raw.pointee.nb_chapters)
    if chapters != carriage.chapterCount {
      losses.append("chapters: \(chapters) of \(carriage.chapterCount) are in \(container)")
    }
    for (index, wanted) in carriage.expected.enumerated() {
      guard let stream = streams[index].flatMap({ context.stream($0) }) else { continue }
      let name = "\(wanted.kind) stream \(wanted.source)"
      compare(wanted.tags, StreamInfo.tags(stream.pointee.metadata), of: name, container)
      // The only stream of its kind needs no mark to be the default.
      let isAlone = carriage.expected.count { $0.kind == wanted.kind } == 1
      compare(
        isAlone ? wanted.disposition & ~AV_DISPOSITION_DEFAULT : wanted.disposition,
        stream.pointee.disposition, of: name, container)
      for item in wanted.sideData where StreamInfo.sideData(item.type, of: stream) == nil {
        losses.append("\(item.name) of \(name): \(container) did not keep it")
      }
    }
  }

  private mutating func compare(
    _ wanted: [String: String], _ found: [String: String], of what: String, _ container: String
  ) {
    // Containers spell names in their own ways.
    let names = Dictionary(
      found.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    var missing: [String] = []
    for (name, value) in wanted where !value.isEmpty {
      // Tracks repeat when the file was made.
      if name == "creation_time", what != "the file", fileTags[name] == value { continue }
      guard let kept = names[name.lowercased()] else {
        // A language that is not known is not written.
        if name.lowercased() == "language", value == "und" { continue }
        if Self.technical.contains(name.lowercased()) { continue }
        missing.append(name)
        continue
      }
      if kept != value, name.lowercased() != "handler_name", !kept.hasPrefix(value.prefix(10)) {
        missing.append("\(name) (now '\(kept)')")
      }
    }
    guard !missing.isEmpty else { return }
    let list = missing.sorted().joined(separator: ", ")
    losses.append("tags of \(what): \(container) did not keep \(list)")
  }

  /// Names that one container gives its tracks and no other knows; stereo is compared by itself.
  private static let technical: Set<String> = ["handler_name", "vendor_id", "stereo_mode"]

  private static let dispositions: [(CInt, String)] = [
    (AV_DISPOSITION_DEFAULT, "default"), (AV_DISPOSITION_FORCED, "forced"),
    (AV_DISPOSITION_HEARING_IMPAIRED, "hearing impaired"),
    (AV_DISPOSITION_VISUAL_IMPAIRED, "visual impaired"), (AV_DISPOSITION_COMMENT, "comment"),
    (AV_DISPOSITION_ORIGINAL, "original"), (AV_DISPOSITION_DUB, "dub"),
  ]

  private mutating func compare(
    _ wanted: CInt, _ found: CInt, of what: String, _ container: String
  ) {
    let missing = Self.dispositions.filter { wanted & $0.0 != 0 && found & $0.0 == 0 }.map(\.1)
    guard !missing.isEmpty else { return }
    losses.append(
      "disposition of \(what): \(container) did not keep \(missing.joined(separator: ", "))")
  }
}
