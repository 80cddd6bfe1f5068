import CFFmpeg

extension EncoderChoice {
  /// The encoder's options: defaults that suit it, then what was asked for.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` for a quality or a preset that it has not.
  static func options(
    _ settings: EncodingSettings, _ codec: UnsafePointer<AVCodec>,
    _ extra: [(name: String, value: String)], container: String, shape: FrameShape,
    isInterlaced: Bool, threads: Int
  ) throws(FramePoolError) -> [(name: String, value: String)] {
    let name = EncoderCatalog.name(codec)
    var options = name == "ffv1" ? ffv1(shape) : base(name, threads: threads)
    if isInterlaced, interlacing.contains(codec.pointee.id) {
      options.append(("flags", "+ildct+ilme"))
    }
    // These have one timestamp for a packet, or none but the order.
    if ["avi", "asf"].contains(container), shim_encoder_has_bidirectional_frames(codec) != 0 {
      options.append(("bf", "0"))
    }
    options += extra
    if let bitrate = settings.bitrate {
      options.append(("b", "\(bitrate)"))
    } else if let crf = settings.crf {
      guard shim_encoder_has_option(codec, "crf") != 0 else {
        throw FramePoolError(
          .refused,
          "encoder \(name) has no --crf; use --bitrate, or --encoder-option with one of its own: "
            + EncoderCatalog.optionNames(codec).joined(separator: ", "))
      }
      options.append(("crf", crf == crf.rounded() ? "\(Int(saturating: crf))" : "\(crf)"))
      // libvpx and libaom take the bit rate for a ceiling otherwise.
      if name.hasPrefix("libvpx") || name.hasPrefix("libaom") { options.append(("b", "0")) }
    } else if extra.isEmpty,
      !settings.options.contains(where: { $0.name == "qp" || $0.name == "lossless" })
    {
      // A quality would come before a quantizer, and libvpx takes none without loss.
      options += quality(name, codec.pointee.id)
    }
    if let preset = settings.preset {
      guard shim_encoder_has_option(codec, "preset") != 0 else {
        throw FramePoolError(
          .refused,
          "encoder \(name) has no --preset; its own options (--encoder-option) are "
            + EncoderCatalog.optionNames(codec).joined(separator: ", "))
      }
      options.append(("preset", preset))
    }
    options += settings.options.map { ($0.name, $0.value) }
    return options
  }

  /// Codecs whose FFmpeg encoders code interlaced pictures as such when told.
  private static let interlacing: Set<AVCodecID> = [
    AV_CODEC_ID_H264, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4, AV_CODEC_ID_PRORES,
  ]

  /// Threads and what each encoder should always be told.
  private static func base(_ name: String, threads: Int) -> [(name: String, value: String)] {
    switch name {
    case "libx265":
      // It counts CPUs by itself otherwise, and speaks by itself too.
      let pools = threads > 1 ? "pools=\(threads)" : "pools=none:wpp=0"
      return [
        ("x265-params", "log-level=error:\(pools):frame-threads=\(min(threads, 16))")
      ]
    case "libsvtav1": return [("svtav1-params", "lp=\(threads)"), ("preset", "8")]
    case "libvpx-vp9": return [("row-mt", "1"), ("cpu-used", "4"), ("deadline", "good")]
    case "libvpx": return [("cpu-used", "4"), ("deadline", "good")]
    case "libaom-av1": return [("cpu-used", "6"), ("row-mt", "1")]
    case "librav1e": return [("speed", "8"), ("rav1e-params", "threads=\(threads)")]
    default: return []
    }
  }

  /// A quality at which a difference is hard to see, for those who did not ask for one.
  private static func quality(
    _ name: String, _ codec: AVCodecID
  ) -> [(name: String, value: String)] {
    switch name {
    case "libx264", "libx264rgb": return [("crf", "18")]
    case "libx265": return [("crf", "20")]
    case "libsvtav1": return [("crf", "28")]
    case "libaom-av1": return [("crf", "26"), ("b", "0")]
    case "libvpx-vp9": return [("crf", "24"), ("b", "0")]
    case "libvpx": return [("crf", "8"), ("b", "8M")]
    default: break
    }
    switch codec {
    case AV_CODEC_ID_MJPEG, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4,
      AV_CODEC_ID_H263, AV_CODEC_ID_H263P, AV_CODEC_ID_FLV1, AV_CODEC_ID_MSMPEG4V2,
      AV_CODEC_ID_MSMPEG4V3, AV_CODEC_ID_WMV1, AV_CODEC_ID_WMV2:
      return [("flags", "+qscale"), ("global_quality", "\(2 * FF_QP2LAMBDA)")]
    case AV_CODEC_ID_THEORA:
      return [("flags", "+qscale"), ("global_quality", "\(9 * FF_QP2LAMBDA)")]
    default: return []
    }
  }
}
