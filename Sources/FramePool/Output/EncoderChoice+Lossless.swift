import CFFmpeg

extension EncoderChoice {
  /// Whether what comes out of decoding must be what went into the encoder, sample for sample.
  var isLossless: Bool {
    let name = EncoderCatalog.name(codec)
    func value(_ option: String) -> String? { options.last { $0.name == option }?.value }
    func number(_ option: String) -> Double? { value(option).flatMap { Double($0) } }
    func isAsked(_ option: String) -> Bool {
      options.contains { $0.name == option && $0.value.contains("lossless=1") }
    }
    switch name {
    // Their quality 0 is without loss for 8 bits only, their quantizer 0 for all.
    case "libx264", "libx264rgb":
      if let crf = number("crf") { return crf == 0 && pixelFormat.depth == 8 }
      return number("qp") == 0
    case "libx265": return isAsked("x265-params")
    case "libaom-av1": return isAsked("aom-params")
    case "libvpx-vp9": return number("lossless") == 1
    case "libjxl": return number("distance") == 0
    case "jpegls": return (number("pred") ?? 0) >= 0 && (number("near") ?? 0) == 0
    // Half floats; what a palette does not have.
    case "phm", "gif": return false
    default:
      let properties = avcodec_descriptor_get(codec.pointee.id)?.pointee.props ?? 0
      return properties & CInt(AV_CODEC_PROP_LOSSLESS) != 0
        && properties & CInt(AV_CODEC_PROP_LOSSY) == 0
    }
  }

  /// The levels that a codec without compression does not keep, in words; nil where it keeps all.
  var reservedLevels: String? {
    EncoderCatalog.name(codec) == "v210" ? "v210 keeps the levels 4 to 1019 of 10 bits" : nil
  }

  /// What FFV1 is told, so that FFmpeg's encoder loses nothing.
  ///
  /// Version 3 has checksums, and cuts pictures into two by two slices. FFmpeg 5.1 loses samples where
  /// a slice is a few pixels wide, and where its edge lies within a block of shared chroma: 4:1:0 of
  /// 190x240. One slice is right there down to two pixels; it takes that up to CIF. Version 1 has no
  /// slices, and is right for all sizes.
  static func ffv1(_ shape: FrameShape) -> [(name: String, value: String)] {
    let (x, y) = (shape.pixelFormat.chromaShiftX, shape.pixelFormat.chromaShiftY)
    let isWhole =
      x <= 1 && y <= 1
      || shape.width.isMultiple(of: 2 << x) && shape.height.isMultiple(of: 2 << y)
    // Each frame by itself, and checksums in every slice.
    let level3 = [(name: "level", value: "3"), ("slicecrc", "1"), ("g", "1")]
    if shape.width >= 16, shape.height >= 16, isWhole { return level3 }
    if (2...352).contains(shape.width), (2...288).contains(shape.height) {
      return level3 + [("slices", "1")]
    }
    return [("level", "1"), ("g", "1")]
  }
}
