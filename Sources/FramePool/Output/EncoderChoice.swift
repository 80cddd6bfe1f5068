import CFFmpeg

/// Which encoder the frames get, by what they are and where they go.
struct EncoderChoice {
  /// The encoder.
  let codec: UnsafePointer<AVCodec>
  /// What its frames must be.
  let pixelFormat: PixelFormat
  /// Its options: this program's defaults, then what was asked for.
  let options: [(name: String, value: String)]
  /// What the pixel format does not carry.
  let losses: [String]
  /// How the first frame is scanned: the encoder is told that for all of them.
  let scanAtFirst: FrameScan

  /// What is known of the frames.
  struct Source {
    var pixelFormat: PixelFormat
    /// Whether the input's codec gives back exactly what went into it.
    var isLossless: Bool
    var scan: FrameScan
    /// In pixels.
    var width: Int
    var height: Int

    init(_ frame: borrowing Frame, codec: AVCodecID) {
      pixelFormat = frame.pixelFormat
      width = frame.width
      height = frame.height
      scan = FrameScan(frame)
      let properties = avcodec_descriptor_get(codec)?.pointee.props ?? 0
      isLossless =
        properties & CInt(AV_CODEC_PROP_LOSSLESS) != 0
        && properties & CInt(AV_CODEC_PROP_LOSSY) == 0
    }
  }

  /// Chooses.
  ///
  /// - Parameters:
  ///   - settings: What was asked for.
  ///   - source: What comes.
  ///   - muxer: Where it goes.
  ///   - threads: Codec threads.
  /// - Throws: ``FramePoolError``: `refused` for what cannot be, `unsupported` where FFmpeg here
  ///   has no encoder that fits.
  init(
    _ settings: EncodingSettings, for source: Source, in muxer: UnsafePointer<AVOutputFormat>,
    threads: Int
  ) throws(FramePoolError) {
    var extra: [(name: String, value: String)] = []
    var alphaOptions: [(name: String, value: String)] = []
    if let name = settings.codec {
      codec = try EncoderCatalog.encoder(name, AVMEDIA_TYPE_VIDEO)
      guard Self.canHold(codec, in: muxer) else {
        throw FramePoolError(
          .refused,
          "\(String(cString: muxer.pointee.name)) cannot hold \(name) video; "
            + "--container matroska holds nearly everything")
      }
    } else {
      (codec, extra) = try Self.suitable(for: source, in: muxer)
    }
    scanAtFirst = source.scan
    (pixelFormat, losses) = try Self.pixelFormat(
      settings.pixelFormat, source, codec, container: String(cString: muxer.pointee.name))
    // With alpha it refuses frames that are only referred to.
    if EncoderCatalog.name(codec) == "libvpx", pixelFormat.hasAlpha {
      alphaOptions = [("auto-alt-ref", "0")]
    }
    options =
      try alphaOptions
      + Self.options(
        settings, codec, extra, container: String(cString: muxer.pointee.name),
        shape: FrameShape(width: source.width, height: source.height, pixelFormat: pixelFormat),
        isInterlaced: source.scan != .progressive, threads: threads)
  }

  static func canHold(
    _ codec: UnsafePointer<AVCodec>, in muxer: UnsafePointer<AVOutputFormat>
  ) -> Bool {
    OutputContext.canHold(codec.pointee.id, in: muxer)
      // Some muxers of one codec do not answer.
      || muxer.pointee.video_codec == codec.pointee.id
  }

  /// The encoder for a video of which nobody has said how it is to be encoded.
  private static func suitable(
    for source: Source, in muxer: UnsafePointer<AVOutputFormat>
  ) throws(FramePoolError) -> (UnsafePointer<AVCodec>, [(name: String, value: String)]) {
    let format = source.pixelFormat
    let container = String(cString: muxer.pointee.name)
    var candidates: [(String, [(name: String, value: String)])] = []
    if source.isLossless {
      candidates.append(("ffv1", []))
      let lossless = [(name: "qp", value: "0")]
      if !format.hasAlpha, format.depth <= 10 {
        candidates.append((format.isRGB ? "libx264rgb" : "libx264", lossless))
      }
    }
    if format.hasAlpha {
      switch container {
      case "mov": candidates.append(("prores", []))
      case "webm": candidates.append(("vp9", []))
      default: candidates.append(("ffv1", []))
      }
    }
    if container == "webm" { candidates.append(("vp9", [])) }
    if format.depth > 8 { candidates += [("hevc", []), ("av1", [])] }
    candidates += [("h264", []), ("hevc", []), ("vp9", []), ("av1", [])]
    for (name, options) in candidates {
      if let codec = try? EncoderCatalog.encoder(name, AVMEDIA_TYPE_VIDEO),
        canHold(codec, in: muxer)
      {
        return (codec, options)
      }
    }
    // What the container is for: GIF, WebP, MPEG-2 in VOB.
    if let codec = avcodec_find_encoder(muxer.pointee.video_codec),
      let best = try? EncoderCatalog.encoder(
        String(cString: avcodec_get_name(codec.pointee.id)), AVMEDIA_TYPE_VIDEO)
    {
      return (best, [])
    }
    throw FramePoolError(
      .unsupported, "FFmpeg has no encoder here for video in \(container); name one with --codec")
  }

  /// Encoders that take odd sizes only where every pixel has its own chroma, or lose the rest.
  private static let wholeChromaOnly: Set<String> = [
    "libx264", "libx264rgb", "libx265", "libopenh264", "huffyuv", "ffvhuff", "utvideo",
  ]

  /// The format to encode: the frames' own where the encoder takes it, else the nearest.
  private static func pixelFormat(
    _ wanted: String?, _ source: Source, _ codec: UnsafePointer<AVCodec>, container: String
  ) throws(FramePoolError) -> (PixelFormat, [String]) {
    let name = EncoderCatalog.name(codec)
    // Alpha of VP8 and VP9 is a second video beside the first, which Matroska alone has a place for.
    let losesAlpha = name.hasPrefix("libvpx") && !ContainerChoice.isMatroska(container)
    let all = EncoderCatalog.pixelFormats(codec).filter { !losesAlpha || !$0.hasAlpha }
    // x264 and x265 take odd sizes only where every pixel has its own chroma.
    let accepted =
      !wholeChromaOnly.contains(name)
      ? all
      : all.filter { format in
        source.width % (1 << format.chromaShiftX) == 0
          && source.height % (1 << format.chromaShiftY) == 0
      }
    func change(to format: PixelFormat) -> [String] {
      let losses = source.pixelFormat.losses(to: format)
      guard !losses.isEmpty else { return [] }
      return [
        "\(losses.joined(separator: " and ")): \(source.pixelFormat.name) is encoded as "
          + "\(format.name)"
      ]
    }
    if let wanted {
      guard let format = PixelFormat(wanted) else {
        throw FramePoolError(
          .refused,
          "there is no pixel format '\(wanted)'"
            + Spelling.question(Spelling.nearest(to: wanted, among: accepted.map(\.name))))
      }
      guard accepted.isEmpty || accepted.contains(format) else {
        throw FramePoolError(
          .refused,
          "encoder \(name) does not take \(wanted); it takes "
            + accepted.map(\.name).joined(separator: ", "))
      }
      return (format, change(to: format))
    }
    let own = source.pixelFormat
    if accepted.isEmpty || accepted.contains(own) { return (own, []) }
    // Full range by name: the same samples under the plain name, with the range as a tag.
    if let plain = own.plainRange, accepted.contains(plain) { return (plain, []) }
    guard let format = own.nearest(among: accepted) else {
      throw FramePoolError(
        .unsupported, "encoder \(name) takes no pixel format that \(own.name) can be turned into")
    }
    return (format, change(to: format))
  }
}
