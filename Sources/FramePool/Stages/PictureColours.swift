import CFFmpeg

/// The colours that readers of a format take for granted, where a file of it cannot say which it has.
enum PictureColours: Equatable {
  /// JPEG: JFIF 1.02, the matrix of BT.601 and full range.
  case fullBT601
  /// Lossy WebP: RFC 6386, the matrix of BT.601 and limited range.
  case limitedBT601

  /// Those of a codec's pictures; nil where they say what they have, or are RGB.
  init?(of codec: AVCodecID) {
    switch codec {
    case AV_CODEC_ID_MJPEG: self = .fullBT601
    case AV_CODEC_ID_WEBP: self = .limitedBT601
    default: return nil
    }
  }

  /// Whether a frame of luma and chroma has them, by what it says or what its saying nothing means.
  func are(of frame: borrowing Frame) -> Bool {
    let isFull =
      frame.raw.pointee.color_range == AVCOL_RANGE_JPEG || frame.pixelFormat.impliesFullRange
    return isFull == (self == .fullBT601)
      && [AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M].contains(
        frame.raw.pointee.colorspace)
  }
}
