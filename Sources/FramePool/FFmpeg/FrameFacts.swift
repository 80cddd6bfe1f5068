import CFFmpeg

/// What frames say of themselves beside their samples, added up over all of them.
struct FrameFacts {
  /// Frames.
  private(set) var count = 0
  /// How many of them have each kind of data.
  private(set) var counts: [FrameData: Int] = [:]
  /// Whether any of them has an alpha plane.
  private(set) var hasAlpha = false
  /// The first timecode in a frame, `hh:mm:ss:ff`.
  private(set) var firstTimecode: String?
  /// The first timecode of a group of pictures, as MPEG-1 and MPEG-2 have them.
  private(set) var firstGroupTimecode: String?

  /// When the first frame was, in its stage's time base.
  private(set) var firstTime: Ticks?
  /// How many frames are scanned in each way.
  private(set) var scans: [FrameScan: Int] = [:]
  private(set) var pixelShape = Steadiness<Rational>()
  private(set) var colours = Steadiness<FrameColours>()
  private(set) var display = Steadiness<[UInt8]>()
  private(set) var light = Steadiness<[UInt8]>()
  private(set) var stereo = Steadiness<[UInt8]>()
  private(set) var spherical = Steadiness<[UInt8]>()
  private(set) var pixelFormat = Steadiness<PixelFormat>()

  /// Adds a frame.
  mutating func add(_ frame: borrowing Frame) {
    count += 1
    let raw = frame.raw
    if count == 1 { firstTime = frame.time }
    scans[FrameScan(frame), default: 0] += 1
    colours.add(FrameColours(frame))
    pixelShape.add(Self.shape(raw.pointee.sample_aspect_ratio))
    if pixelFormat.latest?.rawValue != raw.pointee.format {
      hasAlpha = hasAlpha || frame.pixelFormat.hasAlpha
    }
    pixelFormat.add(frame.pixelFormat)
    var kinds: Set<FrameData> = []
    for index in 0..<Int(max(0, raw.pointee.nb_side_data)) {
      guard let data = raw.pointee.side_data[index]?.pointee else { continue }
      add(data, &kinds)
    }
    for kind in kinds { counts[kind, default: 0] += 1 }
  }

  private mutating func add(_ data: AVFrameSideData, _ kinds: inout Set<FrameData>) {
    let bytes = UnsafeRawBufferPointer(start: data.data, count: data.size)
    switch data.type {
    case AV_FRAME_DATA_MASTERING_DISPLAY_METADATA: display.add(bytes)
    case AV_FRAME_DATA_CONTENT_LIGHT_LEVEL: light.add(bytes)
    case AV_FRAME_DATA_STEREO3D: stereo.add(bytes)
    case AV_FRAME_DATA_SPHERICAL: spherical.add(bytes)
    default:
      guard let kind = FrameData(data.type, bytes) else { return }
      kinds.insert(kind)
      if kind == .timecode, firstTimecode == nil { firstTimecode = Timecode.text(smpte: bytes) }
      if kind == .groupTimecode, firstGroupTimecode == nil {
        firstGroupTimecode = Timecode.text(group: bytes)
      }
    }
  }

  /// 1:1 and an unknown shape are shown in the same way.
  private static func shape(_ ratio: AVRational) -> Rational {
    guard ratio.num > 0, ratio.den > 0 else { return Rational(1, 1) }
    let divisor = Int32(truncatingIfNeeded: av_gcd(Int64(ratio.num), Int64(ratio.den)))
    return Rational(ratio.num / divisor, ratio.den / divisor)
  }
}
