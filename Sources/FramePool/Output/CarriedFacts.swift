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
  private let isInterlaced: Bool
  private let hasCaptions: Bool
  private let hasDynamicMetadata: Bool
  private let hasDolbyVision: Bool

  init(
    _ frame: borrowing Frame, of stream: UnsafeMutablePointer<AVStream>, _ rotation: RotationPolicy
  ) {
    for (type, frameType, name) in Self.kinds {
      let own = frameType.flatMap { av_frame_get_side_data(frame.raw, $0) }.map { data in
        Array(UnsafeBufferPointer(start: data.pointee.data, count: data.pointee.size))
      }
      guard let found = StreamInfo.sideData(type, of: stream) ?? own else { continue }
      items.append(Item(type: type, name: name, bytes: found))
      if type == AV_PKT_DATA_MASTERING_DISPLAY_METADATA { display = Self.read(found) }
      if type == AV_PKT_DATA_CONTENT_LIGHT_LEVEL { light = Self.read(found) }
    }
    if rotation == .keep, StreamInfo.displayMatrix(stream) != nil,
      let matrix = StreamInfo.sideData(AV_PKT_DATA_DISPLAYMATRIX, of: stream)
    {
      items.append(Item(type: AV_PKT_DATA_DISPLAYMATRIX, name: "display matrix", bytes: matrix))
    }
    isInterlaced = shim_frame_is_interlaced(frame.raw) != 0
    hasCaptions = av_frame_get_side_data(frame.raw, AV_FRAME_DATA_A53_CC) != nil
    hasDynamicMetadata = av_frame_get_side_data(frame.raw, AV_FRAME_DATA_DYNAMIC_HDR_PLUS) != nil
    hasDolbyVision = StreamInfo.sideData(AV_PKT_DATA_DOVI_CONF, of: stream) != nil
  }

  private static func read<Value>(_ bytes: [UInt8]) -> Value? {
    guard bytes.count >= MemoryLayout<Value>.size else { return nil }
    return bytes.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
  }

  /// Whether the container writes stereo and spherical marks only when standards are stretched.
  var needsUnofficialMarks: Bool {
    items.contains { $0.type == AV_PKT_DATA_STEREO3D || $0.type == AV_PKT_DATA_SPHERICAL }
  }

  /// Options with which an encoder writes HDR10's static metadata into its bitstream.
  func options(_ encoder: UnsafePointer<AVCodec>) -> [(name: String, value: String)] {
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

  /// What neither encoder nor container will keep.
  func losses(encoder: UnsafePointer<AVCodec>, container: String) -> [String] {
    let name = EncoderCatalog.name(encoder)
    let isMP4 = ContainerChoice.isMP4(container)
    var losses: [String] = []
    for item in items {
      switch item.type {
      case AV_PKT_DATA_DISPLAYMATRIX:
        if !isMP4 { losses.append("rotation: \(container) has no mark for it here") }
      default:
        let isWritten = !options(encoder).isEmpty && item.name != "stereo 3D"
        if !isMP4, !ContainerChoice.isMatroska(container), !isWritten {
          losses.append("\(item.name): \(container) cannot hold it")
        }
      }
    }
    if isInterlaced, !["libx264", "mpeg2video", "mpeg4", "prores_ks", "ffv1"].contains(name) {
      losses.append("field order: \(name) encodes the two fields of a frame as one picture")
    }
    if hasCaptions, !["libx264", "mpeg2video"].contains(name) {
      losses.append("closed captions in the pictures: \(name) cannot hold them")
    }
    if hasDynamicMetadata { losses.append("HDR10+ metadata of each picture") }
    if hasDolbyVision { losses.append("Dolby Vision") }
    return losses
  }
}
