import CFFmpeg

/// How a picture's samples lie in memory.
///
/// The corresponding C type is `AVPixelFormat`, described by `AVPixFmtDescriptor`.
struct PixelFormat: RawRepresentable, Hashable {
  let rawValue: CInt

  /// One plane: where its samples are and how many a row and a column have.
  struct Plane: Equatable {
    /// Samples in a row.
    var width: Int
    /// Rows.
    var height: Int
  }

  private var descriptor: UnsafePointer<AVPixFmtDescriptor>? {
    av_pix_fmt_desc_get(AVPixelFormat(rawValue))
  }

  private func has(_ flag: CInt) -> Bool {
    (descriptor?.pointee.flags ?? 0) & UInt64(flag) != 0
  }

  /// FFmpeg's name for it, for example `yuv420p10le`.
  var name: String {
    av_get_pix_fmt_name(AVPixelFormat(rawValue)).map { String(cString: $0) } ?? "unknown"
  }

  /// Bits per sample of the first component.
  var depth: Int { Int(descriptor?.pointee.comp.0.depth ?? 0) }

  /// Components, with alpha: 1 to 4.
  var componentCount: Int { Int(descriptor?.pointee.nb_components ?? 0) }

  var isRGB: Bool { has(AV_PIX_FMT_FLAG_RGB) }
  var hasAlpha: Bool { has(AV_PIX_FMT_FLAG_ALPHA) }
  var hasPalette: Bool { has(AV_PIX_FMT_FLAG_PAL) }

  /// Whether the samples' range is full by the format's own name (the `yuvj` family).
  var impliesFullRange: Bool { name.hasPrefix("yuvj") }

  /// Whether each component has a plane of its own whose samples are unsigned integers of 8 to 16
  /// bits in the machine's byte order, with the value in the low bits.
  var isPlainPlanar: Bool {
    guard let descriptor, isWholeSamples(descriptor) else { return false }
    let planar = has(AV_PIX_FMT_FLAG_PLANAR) || componentCount == 1
    return planar && Int(av_pix_fmt_count_planes(AVPixelFormat(rawValue))) == componentCount
  }

  /// Whether it is 8 or 16 bit RGB with the components side by side, 3 or 4 to a pixel.
  var isPlainPackedRGB: Bool {
    guard let descriptor, isWholeSamples(descriptor) else { return false }
    let step = descriptor.pointee.comp.0.step
    return isRGB && !has(AV_PIX_FMT_FLAG_PLANAR) && [3, 4].contains(componentCount)
      && (depth == 8 || depth == 16) && Int(step) == componentCount * depth / 8
  }

  /// The position of each component within a packed pixel, in samples: red, green, blue, alpha.
  var packedOffsets: [Int] {
    guard let descriptor else { return [] }
    let comp = descriptor.pointee.comp
    let bytes = depth > 8 ? 2 : 1
    return [comp.0, comp.1, comp.2, comp.3].prefix(componentCount).map { Int($0.offset) / bytes }
  }

  /// The plane that holds each component: Y U V A, or R G B A.
  var componentPlanes: [Int] {
    guard let descriptor else { return [] }
    let comp = descriptor.pointee.comp
    return [comp.0, comp.1, comp.2, comp.3].prefix(componentCount).map { Int($0.plane) }
  }

  /// How many rows each plane of a picture of `height` rows has.
  func planeHeights(height: Int) -> [Int] {
    guard let descriptor else { return [] }
    let count = Int(av_pix_fmt_count_planes(AVPixelFormat(rawValue)))
    let shift = Int(descriptor.pointee.log2_chroma_h)
    return (0..<max(count, 0)).map { $0 == 1 || $0 == 2 ? -(-height >> shift) : height }
  }

  /// The planes' sizes for a picture of `width` x `height` pixels, for ``isPlainPlanar`` formats.
  func planes(width: Int, height: Int) -> [Plane] {
    guard let descriptor else { return [] }
    let shiftX = Int(descriptor.pointee.log2_chroma_w)
    let shiftY = Int(descriptor.pointee.log2_chroma_h)
    let chroma = Plane(width: -(-width >> shiftX), height: -(-height >> shiftY))
    return (0..<componentCount).map { plane in
      !isRGB && (plane == 1 || plane == 2) && componentCount > 2
        ? chroma : Plane(width: width, height: height)
    }
  }

  private func isWholeSamples(_ descriptor: UnsafePointer<AVPixFmtDescriptor>) -> Bool {
    let excluded = CInt(
      AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
        | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER)
    guard descriptor.pointee.flags & UInt64(excluded) == 0, (8...16).contains(depth) else {
      return false
    }
    let comp = descriptor.pointee.comp
    let components = [comp.0, comp.1, comp.2, comp.3].prefix(componentCount)
    let isBigEndian = has(AV_PIX_FMT_FLAG_BE)
    return components.allSatisfy { Int($0.depth) == depth && $0.shift == 0 }
      && (depth == 8 || isBigEndian == (UInt16(1).bigEndian == 1))
  }
}
