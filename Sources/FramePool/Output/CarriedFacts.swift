import CFFmpeg

/// What is known about the pictures besides their pixels, and where it comes from: the container,
/// or the pictures themselves.
struct CarriedFacts {
  /// Side data of the stream that belongs to the pictures whoever encodes them.
  private static let kinds: [(AVPacketSideDataType, AVFrameSideDataType?, String)] = [
    (
      AV_PKT_DATA_MASTERING_DISPLAY_METADATA, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
      "mastering display"
    ),
    (AV_PKT_DATA_CONTENT_LIGHT_LEVEL, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, "content light level"),
    (AV_PKT_DATA_STEREO3D, AV_FRAME_DATA_STEREO3D, "stereo 3D"),
    (AV_PKT_DATA_SPHERICAL, AV_FRAME_DATA_SPHERICAL, "spherical video"),
  ]

  /// A piece of side data.
  struct Item {
    let type: AVPacketSideDataType
    let name: String
    let bytes: [UInt8]
  }

  /// What goes to the output's stream.
  private(set) var items: [Item] = []
  private var display: AVMasteringDisplayMetadata?
  private var light: AVContentLightMetadata?
  /// What becomes of the timecodes in the tags.
  let timecode: CarriedTimecode
  /// Those tags of the input, of the file and the video.
  private let timecodes: [String: String]
  private let isDolbyVision: Bool
  /// Whether single frames say how they are turned, and nothing turns them.
  private let keepsTurns: Bool
  private let keyframesOnly: Bool
  private let hasUserData: Bool
  /// When the window begins in the input; nil where it is open.
  private let windowStart: MediaTime?

  /// - Parameters:
  ///   - frame: The first one; borrowed.
  ///   - chain: Where it came from; borrowed.
  ///   - rotation: What is done about display matrices.
  ///   - container: FFmpeg's name of the muxer.
  init(
    _ frame: borrowing Frame, from chain: borrowing FilterChain, _ rotation: RotationPolicy,
    container: String
  ) {
    let stream = chain.sampler.decoder.demuxer.stream
    for (type, frameType, name) in Self.kinds {
      let own = frameType.flatMap { av_frame_get_side_data(frame.raw, $0) }.map { data in
        Array(UnsafeBufferPointer(start: data.pointee.data, count: data.pointee.size))
      }
      guard let found = StreamInfo.sideData(type, of: stream) ?? own else { continue }
      items.append(Item(type: type, name: name, bytes: found))
      if type == AV_PKT_DATA_MASTERING_DISPLAY_METADATA { display = Self.read(found) }
      if type == AV_PKT_DATA_CONTENT_LIGHT_LEVEL { light = Self.read(found) }
    }
    let hasMatrix = StreamInfo.displayMatrix(stream) != nil
    if rotation == .keep, hasMatrix,
      let matrix = StreamInfo.sideData(AV_PKT_DATA_DISPLAYMATRIX, of: stream)
    {
      items.append(Item(type: AV_PKT_DATA_DISPLAYMATRIX, name: "display matrix", bytes: matrix))
    }
    keepsTurns = rotation == .keep && !hasMatrix
    timecode = CarriedTimecode(frame, from: chain, container: container)
    let file = StreamInfo.tags(chain.sampler.decoder.demuxer.context.raw.pointee.metadata)
    timecodes = StreamInfo.tags(stream.pointee.metadata)
      .merging(file, uniquingKeysWith: { first, _ in first })
      .filter { CarriedTimecode.isName($0.key) }
    isDolbyVision = StreamInfo.sideData(AV_PKT_DATA_DOVI_CONF, of: stream) != nil
    hasUserData = chain.sampler.facts.counts[.userData] != nil
    keyframesOnly = chain.sampler.decoder.keyframesOnly
    windowStart = chain.sampler.window.start?.time(in: .microseconds)
  }

  private static func read<Value>(_ bytes: [UInt8]) -> Value? {
    guard bytes.count >= MemoryLayout<Value>.size else { return nil }
    return bytes.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
  }

  /// Whether the container writes stereo and spherical marks only when standards are stretched.
  var needsUnofficialMarks: Bool {
    items.contains { $0.type == AV_PKT_DATA_STEREO3D || $0.type == AV_PKT_DATA_SPHERICAL }
  }

  /// Options with which an encoder writes into its bitstream what is known at the first frame.
  func options(_ choice: EncoderChoice) -> [(name: String, value: String)] {
    colourOptions(choice.codec) + (carriesUserData(choice) ? [("udu_sei", "1")] : [])
  }

  /// Whether user data of the pictures goes along: only where there is some from the beginning.
  func carriesUserData(_ choice: EncoderChoice) -> Bool { hasUserData && choice.canKeepUserData }

  /// Options with which an encoder writes HDR10's static metadata.
  private func colourOptions(_ encoder: UnsafePointer<AVCodec>) -> [(name: String, value: String)] {
    let display = displayText
    let light = light.map { "\($0.MaxCLL),\($0.MaxFALL)" }
    guard display != nil || light != nil else { return [] }
    func list(_ pairs: [(String, String?)]) -> String {
      pairs.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: ":")
    }
    switch EncoderCatalog.name(encoder) {
    case "libx265":
      let pairs = [("hdr10", "1"), ("master-display", display), ("max-cll", light)]
      return [("x265-params", list(pairs))]
    case "libx264":
      return [("x264-params", list([("mastering-display", display), ("cll", light)]))]
    default: return []
    }
  }

  /// The mastering display in the numbers of SMPTE ST 2086, as x264 and x265 read them: 0.00002 of
  /// a chromaticity, 0.0001 of a candela per square metre.
  private var displayText: String? {
    guard let display, display.has_primaries != 0, display.has_luminance != 0 else { return nil }
    func number(_ value: AVRational, per unit: Double) -> Int {
      value.den == 0 ? 0 : Int(saturating: (Double(value.num) / Double(value.den) * unit).rounded())
    }
    func point(_ value: (AVRational, AVRational)) -> String {
      "(\(number(value.0, per: 50_000)),\(number(value.1, per: 50_000)))"
    }
    let primaries = display.display_primaries
    let (brightest, darkest) = (
      number(display.max_luminance, per: 10_000), number(display.min_luminance, per: 10_000)
    )
    return "G\(point(primaries.1))B\(point(primaries.2))R\(point(primaries.0))"
      + "WP\(point(display.white_point))L(\(brightest),\(darkest))"
  }

  /// What neither encoder nor container will keep, as far as that can be told at the first frame.
  ///
  /// - Parameters:
  ///   - choice: The encoder and its options.
  ///   - container: FFmpeg's name of the muxer.
  ///   - chain: For what the frames up to now and their packets say.
  /// - Returns: Each with its topic.
  func losses(
    _ choice: EncoderChoice, container: String, from chain: borrowing FilterChain
  ) -> [FactLoss] {
    let isMP4 = ContainerChoice.isMP4(container)
    var losses = timecode.losses(of: timecodes).map { FactLoss("timecode tag", $0) }
    for item in items {
      switch item.type {
      case AV_PKT_DATA_DISPLAYMATRIX:
        if !isMP4 {
          losses.append(FactLoss("rotation", "rotation: \(container) has no mark for it here"))
        }
      default:
        let isWritten = !colourOptions(choice.codec).isEmpty && item.name != "stereo 3D"
        if !isMP4, !ContainerChoice.isMatroska(container), !isWritten {
          losses.append(FactLoss(item.name, "\(item.name): \(container) cannot hold it"))
        }
      }
    }
    let (source, additions) = (chain.sampler.facts, chain.sampler.decoder.additions)
    return losses + self.losses(of: source, additions, choice, hasEnded: false)
  }

  /// What all frames together show to be lost, beside what could be told at the first.
  ///
  /// - Parameters:
  ///   - foreseen: What ``losses(_:container:from:)`` gave.
  ///   - choice: The encoder and its options.
  ///   - written: What the frames say that went into the encoder.
  ///   - chain: For what all that were wanted said; at its end.
  /// - Returns: Those of other topics.
  func lateLosses(
    beside foreseen: [FactLoss], _ choice: EncoderChoice, written: FrameFacts,
    from chain: borrowing FilterChain
  ) -> [FactLoss] {
    let source = chain.sampler.facts
    let known = Set(foreseen.map(\.topic))
    var losses = losses(of: source, chain.sampler.decoder.additions, choice, hasEnded: true)
    let (had, left) = (source.counts[.captions] ?? 0, written.counts[.captions] ?? 0)
    if choice.keepsCaptions, had > left || keyframesOnly && had > 0 {
      let which =
        keyframesOnly
        ? "pictures that were not decoded"
        : "\(Quantity.text(had - left, "picture")) that the output does not have"
      losses.append(FactLoss("captions", "\(FrameData.captions.rawValue): those of \(which)"))
    }
    let (data, kept) = (source.counts[.userData] ?? 0, written.counts[.userData] ?? 0)
    if carriesUserData(choice), data > kept {
      let which = "\(Quantity.text(data - kept, "picture")) that the output does not have"
      losses.append(FactLoss("userData", "\(FrameData.userData.rawValue): that of \(which)"))
    }
    losses += choice.scanLosses(written.scans)
    losses += changes(written, choice)
    return losses.filter { !known.contains($0.topic) }
  }

  /// What is in single frames and in no output.
  private func losses(
    of source: FrameFacts, _ additions: BlockAdditions, _ choice: EncoderChoice, hasEnded: Bool
  ) -> [FactLoss] {
    let name = EncoderCatalog.name(choice.codec)
    var losses: [FactLoss] = []
    func add(_ kind: FrameData, _ reason: String = "", when isThere: Bool) {
      guard isThere else { return }
      // Only at the end are they counted.
      let count = source.counts[kind].map { hasEnded && $0 < source.count ? $0 : 0 } ?? 0
      let some = count > 0 ? ", of \(count) of \(source.count)" : ""
      losses.append(FactLoss("\(kind)", kind.rawValue + some + reason))
    }
    for kind in FrameData.allCases {
      let isThere = source.counts[kind] != nil
      switch kind {
      case .captions:
        add(kind, ": \(name) does not write them", when: isThere && !choice.keepsCaptions)
      case .userData: add(kind, when: isThere && !carriesUserData(choice))
      case .hdr10Plus: add(kind, when: isThere || additions.hasHDR10Plus)
      case .dolbyVision: add(kind, when: isThere || isDolbyVision)
      case .displayMatrix: add(kind, when: isThere && keepsTurns)
      case .timecode:
        guard let first = source.firstTimecode else { continue }
        add(kind, " (\(first))", when: !isCarried(first))
      case .groupTimecode:
        guard let first = source.firstGroupTimecode else { continue }
        add(kind, " (\(first))", when: !isCarried(first) && !countsFromStart(first))
      default: add(kind, when: isThere)
      }
    }
    if additions.hasAlpha, !source.hasAlpha {
      losses.append(FactLoss("alpha", "alpha: FFmpeg's decoder here does not decode it"))
    }
    if choice.scanAtFirst != .progressive, !choice.keepsScan {
      losses.append(
        FactLoss(
          "field order",
          "field order: \(name) encodes the two fields of a frame as one picture"))
    }
    return losses
  }

  /// What frames said in another way than the first, which goes for the whole output.
  private func changes(_ written: FrameFacts, _ choice: EncoderChoice) -> [FactLoss] {
    var losses: [FactLoss] = []
    func compare<Value>(_ what: String, _ facts: Steadiness<Value>) {
      guard facts.otherCount > 0, let first = facts.first, let other = facts.other else { return }
      losses.append(
        FactLoss(
          what,
          "\(what): not \(first) but \(other), or yet another, in "
            + Quantity.text(facts.otherCount, "picture")))
    }
    func compareBytes(_ type: AVPacketSideDataType, _ what: String, _ facts: Steadiness<[UInt8]>) {
      let isThere = items.contains { $0.type == type }
      guard facts.otherCount > 0 || facts.count > 0 && !isThere else { return }
      let how = isThere ? "changes in mid-stream" : "begins behind the first picture"
      losses.append(FactLoss(what, "\(what): \(how)"))
    }
    compare("pixel shape", written.pixelShape)
    compare("colours", written.colours)
    compareBytes(
      AV_PKT_DATA_MASTERING_DISPLAY_METADATA, "mastering display", written.display)
    compareBytes(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, "content light level", written.light)
    compareBytes(AV_PKT_DATA_STEREO3D, "stereo 3D", written.stereo)
    compareBytes(AV_PKT_DATA_SPHERICAL, "spherical video", written.spherical)
    if let first = written.pixelFormat.first, let other = written.pixelFormat.other {
      let target = choice.pixelFormat
      var lost = Set(other.losses(to: target)).subtracting(first.losses(to: target))
      if written.hasAlpha, !target.hasAlpha, !first.hasAlpha { lost.insert("alpha") }
      if !lost.isEmpty {
        losses.append(
          FactLoss(
            "pixel format",
            "\(lost.sorted().joined(separator: " and ")): pictures after the first come as "
              + "\(other.name) and are encoded as \(target.name)"))
      }
    }
    return losses
  }

  /// Whether the output says a timecode in its tags.
  private func isCarried(_ text: String) -> Bool {
    // To the second: beyond thirty a second, one counts frames and the other pairs of them.
    func digits(_ text: String) -> Substring { text.filter(\.isNumber).prefix(6) }
    return timecodes.values.contains { value in
      timecode.text(value).map { digits($0) == digits(text) } ?? true
    }
  }

  /// Whether a timecode only counts the time since the file's beginning, as encoders make it that
  /// were given none.
  private func countsFromStart(_ text: String) -> Bool {
    guard let code = Timecode(text, rate: Rational(120, 1)) else { return true }
    return abs(code.seconds - (windowStart?.seconds ?? 0)) < 2
  }
}
