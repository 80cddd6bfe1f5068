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
  private let hasMatrix: Bool

  init(
    _ frame: borrowing Frame, of stream: UnsafeMutablePointer<AVStream>, _ rotation: RotationPolicy
  ) {
    func bytes(_ data: UnsafePointer<UInt8>?, _ size: Int) -> [UInt8]? {
      data.map { Array(UnsafeBufferPointer(start: $0, count: size)) }
    }
    for (type, frameType, name) in Self.kinds {
      var size = 0
      var found = bytes(shim_stream_side_data(stream, type, &size), size)
      if found == nil, let frameType, let data = av_frame_get_side_data(frame.raw, frameType) {
        found = bytes(data.pointee.data, data.pointee.size)
      }
      guard let found else { continue }
      items.append(Item(type: type, name: name, bytes: found))
      if type == AV_PKT_DATA_MASTERING_DISPLAY_METADATA { display = Self.read(found) }
      if type == AV_PKT_DATA_CONTENT_LIGHT_LEVEL { light = Self.read(found) }
    }
    hasMatrix = rotation == .keep && StreamInfo.displayMatrix(stream) != nil
    if hasMatrix {
      var size = 0
      if let matrix = bytes(shim_stream_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size), size) {
        items.append(Item(type: AV_PKT_DATA_DISPLAYMATRIX, name: "display matrix", bytes: matrix))
      }
    }
    isInterlaced = shim_frame_is_interlaced(frame.raw) != 0
    hasCaptions = av_frame_get_side_data(frame.raw, AV_FRAME_DATA_A53_CC) != nil
    hasDynamicMetadata = av_frame_get_side_data(frame.raw, AV_FRAME_DATA_DYNAMIC_HDR_PLUS) != nil
    var size = 0
    hasDolbyVision = shim_stream_side_data(stream, AV_PKT_DATA_DOVI_CONF, &size) != nil
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
    var pairs: [String] = []
    switch EncoderCatalog.name(encoder) {
    case "libx265":
      if let text = displayText(scale: 50_000, luminance: 10_000) {
        pairs.append("master-display=\(text)")
      }
      if let light { pairs.append("max-cll=\(light.MaxCLL),\(light.MaxFALL)") }
      return pairs.isEmpty ? [] : [("x265-params", "hdr10=1:" + pairs.joined(separator: ":"))]
    case "libx264":
      if let text = displayText(scale: 50_000, luminance: 10_000) {
        pairs.append("mastering-display=\(text)")
      }
      if let light { pairs.append("cll=\(light.MaxCLL),\(light.MaxFALL)") }
      return pairs.isEmpty ? [] : [("x264-params", pairs.joined(separator: ":"))]
    default: return []
    }
  }

  /// CTA-861.3's and SMPTE ST 2086's numbers, as x264 and x265 read them.
  private func displayText(scale: Double, luminance: Double) -> String? {
    guard let display, display.has_primaries != 0, display.has_luminance != 0 else { return nil }
    func number(_ value: AVRational, _ scale: Double) -> Int {
      value.den == 0 ? 0 : Int((Double(value.num) / Double(value.den) * scale).rounded())
    }
    func point(_ value: (AVRational, AVRational)) -> String {
      "(\(number(value.0, scale)),\(number(value.1, scale)))"
    }
    let primaries = display.display_primaries
    return "G\(point(primaries.1))B\(point(primaries.2))R\(point(primaries.0))"
      + "WP\(point(display.white_point))"
      + "L(\(number(display.max_luminance, luminance)),\(number(display.min_luminance, luminance)))"
  }

  /// What neither encoder nor container will keep.
  func losses(encoder: UnsafePointer<AVCodec>, container: String) -> [String] {
    let name = EncoderCatalog.name(encoder)
    let isMP4 = ["mp4", "mov"].contains(container)
    var losses: [String] = []
    for item in items {
      switch item.type {
      case AV_PKT_DATA_DISPLAYMATRIX:
        if !isMP4 { losses.append("rotation: \(container) has no mark for it here") }
      default:
        let isWritten = !options(encoder).isEmpty && item.name != "stereo 3D"
        if !isMP4, !["matroska", "webm"].contains(container), !isWritten {
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
