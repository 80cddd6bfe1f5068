import CFFmpeg

/// Which encoders there are, and which of them a codec's name means.
enum EncoderCatalog {
  /// FFmpeg's encoders for the codecs that have several, the best one first.
  private static let preferred: [String: [String]] = [
    "h264": ["libx264", "libopenh264"],
    "hevc": ["libx265"],
    "h265": ["libx265"],
    "av1": ["libsvtav1", "libaom-av1", "librav1e"],
    "vp8": ["libvpx"],
    "vp9": ["libvpx-vp9"],
    "prores": ["prores_ks"],
    "theora": ["libtheora"],
    "webp": ["libwebp_anim"],
    "aac": ["aac"],
    "mp3": ["libmp3lame"],
    "opus": ["libopus"],
    "vorbis": ["libvorbis"],
  ]

  /// The encoder that a name means: a codec's, or FFmpeg's own name of an encoder.
  ///
  /// - Parameters:
  ///   - name: For example `h264` or `libx264rgb`.
  ///   - type: What it must encode.
  /// - Returns: FFmpeg's encoder.
  /// - Throws: ``FramePoolError`` of code `refused` with the nearest names.
  static func encoder(
    _ name: String, _ type: AVMediaType
  ) throws(FramePoolError) -> UnsafePointer<AVCodec> {
    if let names = preferred[name.lowercased()] {
      for candidate in names {
        if let codec = avcodec_find_encoder_by_name(candidate), codec.pointee.type == type {
          return codec
        }
      }
    }
    if let codec = avcodec_find_encoder_by_name(name), codec.pointee.type == type { return codec }
    if let descriptor = avcodec_descriptor_get_by_name(name), descriptor.pointee.type == type {
      if let codec = avcodec_find_encoder(descriptor.pointee.id) { return codec }
      throw FramePoolError(
        .refused, "FFmpeg has no encoder for \(name) here; `ffmpeg -encoders` lists those it has")
    }
    let what = type == AVMEDIA_TYPE_AUDIO ? "audio" : "video"
    let known = encoders(type).map { String(cString: $0.pointee.name) } + preferred.keys
    throw FramePoolError(
      .refused,
      "there is no \(what) codec or encoder '\(name)'"
        + Spelling.question(Spelling.nearest(to: name, among: Array(Set(known)).sorted())))
  }

  /// An encoder's name.
  static func name(_ codec: UnsafePointer<AVCodec>) -> String {
    String(cString: codec.pointee.name)
  }

  /// The pixel formats that an encoder takes; empty when it takes any.
  static func pixelFormats(_ codec: UnsafePointer<AVCodec>) -> [PixelFormat] {
    guard let list = shim_encoder_pixel_formats(codec) else { return [] }
    let all = sequence(first: list, next: { $0 + 1 }).prefix { $0.pointee != AV_PIX_FMT_NONE }
      .map { PixelFormat(rawValue: $0.pointee.rawValue) }
    // JPEG's samples are of full range; FFmpeg takes others only when told to break the standard.
    switch codec.pointee.id {
    case AV_CODEC_ID_MJPEG: return all.filter(\.impliesFullRange)
    case AV_CODEC_ID_LJPEG: return all.filter { $0.impliesFullRange || $0.isRGB }
    default: return all
    }
  }

  /// The names of an encoder's own options, for messages.
  static func optionNames(_ codec: UnsafePointer<AVCodec>) -> [String] {
    var names: [String] = []
    var option: UnsafePointer<AVOption>?
    while let next = shim_next_encoder_option(codec, option) {
      option = next
      if next.pointee.type != AV_OPT_TYPE_CONST { names.append(String(cString: next.pointee.name)) }
    }
    return names
  }

  private static func encoders(_ type: AVMediaType) -> [UnsafePointer<AVCodec>] {
    var codecs: [UnsafePointer<AVCodec>] = []
    var state: UnsafeMutableRawPointer?
    while let codec = av_codec_iterate(&state) {
      if av_codec_is_encoder(codec) != 0, codec.pointee.type == type { codecs.append(codec) }
    }
    return codecs
  }
}
