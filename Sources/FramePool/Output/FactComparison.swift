import CFFmpeg

/// What an output says about itself against what it was told.
struct FactComparison {
  /// What it does not say, in words.
  private(set) var losses: [String] = []

  private var fileTags: [String: String] = [:]
  /// The timecodes that stand anywhere in it.
  private var timecodes: Set<String> = []

  init(
    _ expectation: OutputVerifier.Expectation, _ context: borrowing InputContext, _ streams: [Int?]
  ) {
    let carriage = expectation.carriage
    let container = expectation.plan.container
    fileTags = StreamInfo.tags(context.raw.pointee.metadata)
    timecodes = Self.timecodes(in: context)
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
      compare(
        wanted.aspectRatio, Rational(av_guess_sample_aspect_ratio(context.raw, stream, nil)),
        of: name, container)
      for item in wanted.sideData where StreamInfo.sideData(item.type, of: stream) == nil {
        losses.append("\(item.name) of \(name): \(container) did not keep it")
      }
    }
  }

  /// Compares the shape of pixels; a container that has only the size to be shown at rounds it.
  private mutating func compare(
    _ wanted: Rational, _ found: Rational, of what: String, _ container: String
  ) {
    guard wanted.value != nil else { return }
    let found = found.value == nil ? Rational(1, 1) : found
    guard av_cmp_q(wanted.raw, found.raw) != 0 else { return }
    losses.append(
      "aspect ratio of the pixels of \(what): \(container) keeps "
        + "\(found.numerator):\(found.denominator) of \(wanted.numerator):\(wanted.denominator)")
  }

  private static func timecodes(in context: borrowing InputContext) -> Set<String> {
    var dictionaries = [context.raw.pointee.metadata]
    for index in 0..<context.streamCount {
      dictionaries.append(context.stream(index)?.pointee.metadata)
    }
    return Set(
      dictionaries.flatMap { StreamInfo.tags($0) }.filter { CarriedTimecode.isName($0.key) }
        .map(\.value))
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
      // Containers have a place of their own for it: the file, the pictures or a track beside them.
      if CarriedTimecode.isName(name), timecodes.contains(value) { continue }
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

  /// Names that one container gives its tracks and no other knows, and what is said of the coding;
  /// stereo is compared by itself.
  private static let technical: Set<String> = [
    "encoder", "handler_name", "mimetype", "stereo_mode", "vendor_id",
  ]

  private mutating func compare(
    _ wanted: CInt, _ found: CInt, of what: String, _ container: String
  ) {
    let bits = UInt32(bitPattern: wanted & ~found)
    let missing = (0..<32).compactMap { shift in
      bits & 1 << UInt32(shift) == 0
        ? nil
        : av_disposition_to_string(CInt(bitPattern: 1 << UInt32(shift))).map {
          String(cString: $0).replacing("_", with: " ")
        }
    }
    guard !missing.isEmpty else { return }
    losses.append(
      "disposition of \(what): \(container) did not keep \(missing.joined(separator: ", "))")
  }
}
