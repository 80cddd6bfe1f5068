import CFFmpeg

/// How a picture's samples lie in memory.
///
/// The corresponding C type is `AVPixelFormat`, described by `AVPixFmtDescriptor`.
public struct PixelFormat: RawRepresentable, Hashable, Sendable {
  /// FFmpeg's number for it, which differs between its versions.
  public let rawValue: CInt

  /// The format of that number.
  public init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  /// The size of one plane.
  public struct PlaneSize: Hashable, Sendable {
    /// Samples in a row.
    public var width: Int
    /// Rows.
    public var height: Int
  }

  /// The format of that name, for example `yuv420p10le`; nil where FFmpeg has none.
  public init?(_ name: String) {
    let format = av_get_pix_fmt(name)
    guard format != AV_PIX_FMT_NONE else { return nil }
    self.init(rawValue: format.rawValue)
  }

  private var descriptor: UnsafePointer<AVPixFmtDescriptor>? {
    av_pix_fmt_desc_get(AVPixelFormat(rawValue))
  }

  private func has(_ flag: CInt) -> Bool {
    (descriptor?.pointee.flags ?? 0) & UInt64(flag) != 0
  }

  /// FFmpeg's name for it, for example `yuv420p10le`.
  public var name: String {
    av_get_pix_fmt_name(AVPixelFormat(rawValue)).map { String(cString: $0) } ?? "unknown"
  }

  /// Bits per sample of the first component.
  public var depth: Int { Int(descriptor?.pointee.comp.0.depth ?? 0) }

  /// Components, with alpha: 1 to 4.
  public var componentCount: Int { Int(descriptor?.pointee.nb_components ?? 0) }

  /// Whether the components are red, green and blue, rather than luma and chroma.
  public var isRGB: Bool { has(AV_PIX_FMT_FLAG_RGB) }

  /// Whether the last component is alpha.
  public var hasAlpha: Bool { has(AV_PIX_FMT_FLAG_ALPHA) }

  var hasPalette: Bool { has(AV_PIX_FMT_FLAG_PAL) }

  /// Whether the samples' range is full by the format's own name (the `yuvj` family).
  var impliesFullRange: Bool { name.hasPrefix("yuvj") }

  /// For one of the `yuvj` family, the format whose samples lie in the same way and whose name says
  /// nothing about their range.
  var plainRange: PixelFormat? {
    impliesFullRange ? PixelFormat("yuv" + name.dropFirst("yuvj".count)) : nil
  }

  /// Whether each component has a plane of its own whose samples are unsigned integers of 8 to 16
  /// bits in the machine's byte order, with the value in the low bits.
  public var isPlanar: Bool {
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

  /// How many rows each plane of a picture of `height` rows has.
  func planeHeights(height: Int) -> [Int] {
    guard let descriptor else { return [] }
    let count = Int(av_pix_fmt_count_planes(AVPixelFormat(rawValue)))
    let shift = Int(descriptor.pointee.log2_chroma_h)
    return (0..<max(count, 0)).map { $0 == 1 || $0 == 2 ? -(-height >> shift) : height }
  }

  /// By how many bits the chroma planes are narrower than the luma plane: 1 for half the width.
  public var chromaShiftX: Int { isRGB ? 0 : Int(descriptor?.pointee.log2_chroma_w ?? 0) }

  /// By how many bits the chroma planes are lower than the luma plane.
  public var chromaShiftY: Int { isRGB ? 0 : Int(descriptor?.pointee.log2_chroma_h ?? 0) }

  /// Whether a plane of an ``isPlanar`` format is one of the two chroma planes.
  public func isChroma(plane: Int) -> Bool {
    !isRGB && componentCount > 2 && (plane == 1 || plane == 2)
  }

  /// Whether a plane of an ``isPlanar`` format is the alpha plane: always the last.
  public func isAlpha(plane: Int) -> Bool {
    hasAlpha && plane == componentCount - 1
  }

  /// The size of one plane of a picture of `width` x `height` pixels, for ``isPlanar`` formats.
  public func size(ofPlane plane: Int, width: Int, height: Int) -> PlaneSize {
    guard isChroma(plane: plane) else { return PlaneSize(width: width, height: height) }
    return PlaneSize(width: -(-width >> chromaShiftX), height: -(-height >> chromaShiftY))
  }

  /// The plane of a component of an ``isPlanar`` format.
  ///
  /// - Parameter component: 0 for Y or R, 1 for U or G, 2 for V or B, the last for alpha.
  /// - Returns: The plane's index.
  public func plane(ofComponent component: Int) -> Int {
    guard let comp = descriptor?.pointee.comp else { return component }
    switch component {
    case 0: return Int(comp.0.plane)
    case 1: return Int(comp.1.plane)
    case 2: return Int(comp.2.plane)
    default: return Int(comp.3.plane)
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

extension PixelFormat {
  /// Whether all samples of a picture of this format are found in one of another: to convert the one
  /// into the other is only to move them.
  func movesWhole(to other: PixelFormat) -> Bool {
    let unlike = CInt(
      AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
        | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER)
    guard !has(unlike), !other.has(unlike), let own = descriptor, let theirs = other.descriptor
    else { return false }
    let isColour = other.componentCount >= 3
    guard depth <= 16, depth == other.depth, isRGB == other.isRGB,
      componentCount >= other.componentCount, !other.hasAlpha || hasAlpha,
      !isColour
        || chromaShiftX == other.chromaShiftX && chromaShiftY == other.chromaShiftY,
      name.hasPrefix("xyz") == other.name.hasPrefix("xyz")
    else { return false }
    func depths(_ descriptor: UnsafePointer<AVPixFmtDescriptor>) -> Set<CInt> {
      let comp = descriptor.pointee.comp
      return Set(
        [comp.0, comp.1, comp.2, comp.3].prefix(Int(descriptor.pointee.nb_components))
          .map(\.depth))
    }
    // As those of RGB 5:6:5, they may differ among each other.
    return depths(own).count == 1 && depths(theirs).count == 1
  }

  /// The one of several formats that keeps most of this one; nil when there is none.
  ///
  /// The corresponding C function is `avcodec_find_best_pix_fmt_of_list`.
  func nearest(among formats: [PixelFormat]) -> PixelFormat? {
    if formats.contains(self) { return self }
    let list = formats.map { AVPixelFormat($0.rawValue) } + [AV_PIX_FMT_NONE]
    let best = list.withUnsafeBufferPointer {
      avcodec_find_best_pix_fmt_of_list(
        $0.baseAddress, AVPixelFormat(rawValue), hasAlpha ? 1 : 0, nil)
    }
    return best == AV_PIX_FMT_NONE ? nil : PixelFormat(rawValue: best.rawValue)
  }

  /// What a conversion to another format loses, in words.
  ///
  /// The corresponding C function is `av_get_pix_fmt_loss` of libavutil's image code, computed here
  /// from the descriptors.
  func losses(to other: PixelFormat) -> [String] {
    var losses: [String] = []
    if other.depth < depth { losses.append("depth") }
    if hasAlpha && !other.hasAlpha { losses.append("alpha") }
    if componentCount >= 3 && other.componentCount < 3 { losses.append("colour") }
    if !isRGB && other.chromaShiftX > chromaShiftX || other.chromaShiftY > chromaShiftY {
      losses.append("chroma resolution")
    }
    if isRGB != other.isRGB && componentCount >= 3 { losses.append("exact colours") }
    return losses
  }
}
