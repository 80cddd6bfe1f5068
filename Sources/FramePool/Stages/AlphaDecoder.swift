import CFFmpeg

/// The decoders that read the alpha of VP8 and VP9.
///
/// It is a second video beside the first, in Matroska's block additions. libvpx decodes it, FFmpeg's
/// own decoders leave it aside.
enum AlphaDecoder {
  /// Finds the decoder for a video with such an alpha.
  ///
  /// - Parameter demuxer: Nothing of it was taken yet.
  /// - Returns: nil for a video without, and where FFmpeg is built without libvpx.
  static func find(for demuxer: inout Demuxer) -> UnsafePointer<AVCodec>? {
    let stream = demuxer.stream
    let name: String
    switch stream.pointee.codecpar.pointee.codec_id {
    case AV_CODEC_ID_VP8: name = "libvpx"
    case AV_CODEC_ID_VP9: name = "libvpx-vp9"
    default: return nil
    }
    guard isMarked(stream) || demuxer.firstPacketHasAlpha() else { return nil }
    return avcodec_find_decoder_by_name(name)
  }

  /// Whether the container says that there is alpha.
  private static func isMarked(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    StreamInfo.tags(stream.pointee.metadata).contains { name, value in
      name.lowercased() == "alpha_mode" && value != "0"
    }
  }
}
