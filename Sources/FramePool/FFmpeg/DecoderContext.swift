import CFFmpeg

/// An open decoder.
///
/// Owns an `AVCodecContext`, freed with `avcodec_free_context`.
struct DecoderContext: ~Copyable {
  let raw: UnsafeMutablePointer<AVCodecContext>

  /// Opens the decoder that FFmpeg has for a stream.
  ///
  /// - Parameters:
  ///   - stream: The stream; borrowed, not kept.
  ///   - threads: Codec threads: frame threads where the codec has them, else slices.
  ///   - maxPixels: A picture of more pixels is refused before it is allocated.
  ///   - keyframesOnly: Whether the decoder passes over all frames but keyframes.
  ///   - decoder: Which; nil for FFmpeg's choice.
  /// - Throws: ``FFmpegError`` of code `decoderNotFound`, or what `avcodec_open2` says.
  init(
    for stream: UnsafeMutablePointer<AVStream>, threads: Int, maxPixels: Int, keyframesOnly: Bool,
    decoder: UnsafePointer<AVCodec>? = nil
  ) throws(FFmpegError) {
    do throws(FFmpegError) {
      raw = try Self.open(stream, threads, maxPixels, keyframesOnly, decoder)
    } catch {
      // Where no thread is to be had the work takes longer, and is done all the same.
      guard threads > 1, error.code.isShortage else { throw error }
      raw = try Self.open(stream, 1, maxPixels, keyframesOnly, decoder)
    }
  }

  private static func open(
    _ stream: UnsafeMutablePointer<AVStream>, _ threads: Int, _ maxPixels: Int,
    _ keyframesOnly: Bool, _ decoder: UnsafePointer<AVCodec>?
  ) throws(FFmpegError) -> UnsafeMutablePointer<AVCodecContext> {
    let parameters = stream.pointee.codecpar
    let usual = avcodec_find_decoder(parameters?.pointee.codec_id ?? AV_CODEC_ID_NONE)
    guard let codec = decoder ?? usual else {
      throw FFmpegError(code: .decoderNotFound, function: "avcodec_find_decoder", logLine: nil)
    }
    let context = allocated(avcodec_alloc_context3(codec))
    do throws(FFmpegError) {
      try check(avcodec_parameters_to_context(context, parameters), "avcodec_parameters_to_context")
      context.pointee.pkt_timebase = stream.pointee.time_base
      context.pointee.thread_count = CInt(clamping: threads)
      context.pointee.max_pixels = PixelLimit.withEdges(maxPixels)
      context.pointee.flags |= shim_decoder_flags()
      if keyframesOnly { context.pointee.skip_frame = AVDISCARD_NONKEY }
      try check(avcodec_open2(context, codec, nil), "avcodec_open2")
    } catch {
      var leftover: UnsafeMutablePointer<AVCodecContext>? = context
      avcodec_free_context(&leftover)
      throw error
    }
    return context
  }

  deinit {
    var raw: UnsafeMutablePointer<AVCodecContext>? = raw
    avcodec_free_context(&raw)
  }

  /// Whether the decoder itself passes over frames that are no keyframes (`skip_frame`), and knows
  /// better which they are than a container does.
  var passesOverOtherFrames: Bool {
    switch raw.pointee.codec_id {
    case AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO,
      AV_CODEC_ID_MPEG4, AV_CODEC_ID_VC1:
      true
    default: false
    }
  }

  /// The decoder's name, for example `libdav1d`.
  var name: String { raw.pointee.codec.map { String(cString: $0.pointee.name) } ?? "" }
}

extension DecoderContext {
  /// Opens and closes the decoder for a codec, so that the tables it makes at its first opening are
  /// there.
  ///
  /// Does nothing where FFmpeg has no such decoder.
  static func warmUp(_ codec: AVCodecID) {
    guard let decoder = avcodec_find_decoder(codec) else { return }
    var context: UnsafeMutablePointer<AVCodecContext>? = allocated(avcodec_alloc_context3(decoder))
    context?.pointee.thread_count = 1
    avcodec_open2(context, decoder, nil)
    avcodec_free_context(&context)
  }
}
