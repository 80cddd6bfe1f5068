import CFFmpeg

/// What the samples of a frame mean: layout, range and matrix.
struct FrameColour: Hashable {
  /// The layout.
  let format: PixelFormat
  /// Whether 0 and the largest value are black and white, rather than 16 and 235 of 255.
  let isFullRange: Bool
  /// What red, green and blue add to luma.
  let weights: LumaWeights

  init(_ frame: borrowing Frame) {
    let format = frame.pixelFormat
    self.init(
      format: format, isFullRange: Self.isFullRange(frame, format), weights: Self.weights(frame))
  }

  init(format: PixelFormat, isFullRange: Bool, weights: LumaWeights = .bt709) {
    self.format = format
    self.isFullRange = isFullRange
    self.weights = weights
  }

  /// The largest value that a sample can have: 2^depth - 1.
  var maximum: Int { 1 << format.depth - 1 }

  /// Luma, or red, green and blue, of black.
  var black: Int { isFullRange ? 0 : 16 << (format.depth - 8) }

  /// Luma, or red, green and blue, of white.
  var white: Int { isFullRange ? maximum : 235 << (format.depth - 8) }

  /// Chroma without colour.
  var neutral: Int { 1 << (format.depth - 1) }

  /// By how much chroma differs from ``neutral`` at most: half the nominal excursion.
  var chromaReach: Double {
    isFullRange ? Double(maximum) / 2 : Double(112 << (format.depth - 8))
  }

  /// RGB and gray without a tag are of full range, as for FFmpeg's scaler; YUV is not, unless its
  /// format's name says so (the `yuvj` family).
  private static func isFullRange(_ frame: borrowing Frame, _ format: PixelFormat) -> Bool {
    switch frame.raw.pointee.color_range {
    case AVCOL_RANGE_JPEG: true
    case AVCOL_RANGE_MPEG: false
    default: format.isRGB || format.componentCount < 3 || format.impliesFullRange
    }
  }

  /// The weights of the frame's matrix.
  ///
  /// RGB streams seldom name one: then those that belong to the primaries, and without any tag
  /// BT.709's, whose primaries are sRGB's.
  static func weights(_ frame: borrowing Frame) -> LumaWeights {
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
