import CFFmpeg

/// Colour removed: YUV keeps its luma as it is and gets neutral chroma; RGB gets its luma, by the
/// stream's own matrix, in all three components.
///
/// The pixel format stays, alpha too.
///
/// On YUV no sample is read or written: the frame that comes out shares the luma of the one that
/// went in, and all frames share one neutral chroma plane.
final class GrayscaleFilter: FrameFilter {
  static let description = FilterDescription(
    name: "grayscale",
    summary: "Remove the colour: luma as it is, chroma neutral; RGB by the stream's own matrix.",
    example: "grayscale", isOwn: true)

  private var neutral: NeutralPlane?
  private var buffers = PictureBuffers()

  init(_ options: [FilterSyntax.Option]) throws(FramePoolError) {
    try FilterSyntax.refuse(options, by: Self.description)
  }

  static func takes(_ format: PixelFormat) -> Bool {
    let isGrayAlready = !format.isRGB && !format.hasPalette && format.componentCount <= 2
    return format.isPlainPlanar || isGrayAlready
  }

  func apply(_ frame: consuming Frame) throws(FFmpegError) -> Frame {
    let format = frame.pixelFormat
    if format.componentCount < 3 { return frame }
    return format.isRGB ? try grayRGB(frame, format) : try withNeutralChroma(frame, format)
  }

  private func withNeutralChroma(
    _ frame: consuming Frame, _ format: PixelFormat
  ) throws(FFmpegError) -> Frame {
    let chroma = format.planes(width: frame.width, height: frame.height)[1]
    let plane = try neutralPlane(chroma, depth: format.depth)
    let result = Frame()
    try check(av_frame_ref(result.raw, frame.raw), "av_frame_ref")
    guard let reference = av_buffer_ref(plane.buffer) else {
      throw FFmpegError(code: .noMemory, function: "av_buffer_ref", logLine: nil)
    }
    guard shim_frame_adopt_buffer(result.raw, reference) != 0 else {
      // Not seen from any decoder: four planes need at most four of the eight slots.
      var reference: UnsafeMutablePointer<AVBufferRef>? = reference
      av_buffer_unref(&reference)
      throw FFmpegError(code: .notImplemented, function: "grayscale", logLine: nil)
    }
    for index in 1...2 {
      shim_frame_set_plane(
        result.raw, CInt(index), reference.pointee.data, CInt(plane.stride))
    }
    return result
  }

  private func neutralPlane(
    _ size: PixelFormat.Plane, depth: Int
  ) throws(FFmpegError) -> NeutralPlane {
    if let neutral, neutral.serves(size, depth: depth) { return neutral }
    let made = try NeutralPlane(size, depth: depth)
    neutral = made
    return made
  }

  private func grayRGB(
    _ frame: consuming Frame, _ format: PixelFormat
  ) throws(FFmpegError) -> Frame {
    let result = try buffers.makeFrame(like: frame)
    let weights = Self.weights(for: frame)
    let order = format.componentPlanes
    if format.depth == 8 {
      Self.fill(result, from: frame, order: order, weights: weights, as: UInt8.self)
    } else {
      Self.fill(result, from: frame, order: order, weights: weights, as: UInt16.self)
    }
    if format.hasAlpha, let from = frame.plane(order[3]), let to = result.plane(order[3]) {
      av_image_copy_plane(
        to.base, CInt(to.stride), from.base, CInt(from.stride),
        CInt(frame.width * (format.depth > 8 ? 2 : 1)), CInt(frame.height))
    }
    return result
  }

  private static func fill<Sample: FixedWidthInteger & UnsignedInteger>(
    _ result: borrowing Frame, from frame: borrowing Frame, order: [Int],
    weights: LumaKernel.Weights, as _: Sample.Type
  ) {
    guard let red = frame.plane(order[0]), let green = frame.plane(order[1]),
      let blue = frame.plane(order[2]), let first = result.plane(order[0])
    else { return }
    let bytes = frame.width * MemoryLayout<Sample>.size
    for row in 0..<frame.height {
      func samples(_ plane: (base: UnsafeMutablePointer<UInt8>, stride: Int))
        -> UnsafeMutablePointer<Sample>
      {
        UnsafeMutableRawPointer(plane.base + row * plane.stride)
          .assumingMemoryBound(to: Sample.self)
      }
      let target = samples(first)
      LumaKernel.row(
        red: samples(red), green: samples(green), blue: samples(blue), into: target,
        width: frame.width, weights: weights)
      for component in order[1...2] {
        guard let plane = result.plane(component) else { continue }
        UnsafeMutableRawPointer(plane.base + row * plane.stride).copyMemory(
          from: target, byteCount: bytes)
      }
    }
  }

  /// The weights of the frame's matrix.
  ///
  /// RGB streams seldom name one: then those that belong to the primaries, and without any tag
  /// BT.709's, whose primaries are sRGB's.
  static func weights(for frame: borrowing Frame) -> LumaKernel.Weights {
    switch frame.raw.pointee.colorspace {
    case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M: return .bt601
    case AVCOL_SPC_BT709: return .bt709
    case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: return .bt2020
    case AVCOL_SPC_FCC: return .fcc
    case AVCOL_SPC_SMPTE240M: return .smpte240m
    default: break
    }
    switch frame.raw.pointee.color_primaries {
    case AVCOL_PRI_BT470BG, AVCOL_PRI_SMPTE170M: return .bt601
    case AVCOL_PRI_BT470M: return .fcc
    case AVCOL_PRI_SMPTE240M: return .smpte240m
    case AVCOL_PRI_BT2020: return .bt2020
    default: return .bt709
    }
  }
}
