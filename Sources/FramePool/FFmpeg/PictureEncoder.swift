import CFFmpeg

/// Frames to picture files in memory, each by itself.
///
/// Owns an `AVCodecContext`, freed with `avcodec_free_context`.
struct PictureEncoder: ~Copyable {
  private let context: EncoderContext

  /// Opens an encoder for frames like `frame`.
  ///
  /// - Parameters:
  ///   - codec: FFmpeg's encoder of a picture format.
  ///   - frame: Of a layout that it takes; borrowed.
  ///   - quality: Of JPEG: FFmpeg's scale, 2 is best and 31 smallest.
  /// - Throws: ``FFmpegError``.
  init(
    _ codec: UnsafePointer<AVCodec>, for frame: borrowing Frame, quality: CInt = 2
  ) throws(FFmpegError) {
    let raw = frame.raw.pointee
    context = try EncoderContext(codec, options: []) { context in
      context.pointee.width = raw.width
      context.pointee.height = raw.height
      context.pointee.pix_fmt = AVPixelFormat(raw.format)
      context.pointee.color_range = raw.color_range
      context.pointee.sample_aspect_ratio = Self.shape(of: raw.sample_aspect_ratio)
      context.pointee.time_base = AVRational(num: 1, den: 25)
      context.pointee.thread_count = 1
      if codec.pointee.id == AV_CODEC_ID_MJPEG {
        context.pointee.flags |= CInt(AV_CODEC_FLAG_QSCALE)
        context.pointee.global_quality = quality * FF_QP2LAMBDA
      }
    }
  }

  /// A pixel's shape in numbers that a file has room for: PNG's `pHYs` and JPEG's density say it.
  private static func shape(of ratio: AVRational) -> AVRational {
    guard ratio.num > 0, ratio.den > 0 else { return AVRational(num: 0, den: 1) }
    var shape = ratio
    // JFIF has 16 bits for each.
    av_reduce(&shape.num, &shape.den, Int64(ratio.num), Int64(ratio.den), 65535)
    return shape.num > 0 && shape.den > 0 ? shape : AVRational(num: 0, den: 1)
  }

  /// Encodes a frame.
  ///
  /// - Returns: The file's bytes.
  /// - Throws: ``FFmpegError``.
  mutating func encode(_ frame: borrowing Frame) throws(FFmpegError) -> [UInt8] {
    frame.raw.pointee.pict_type = AV_PICTURE_TYPE_NONE
    frame.raw.pointee.quality = context.raw.pointee.global_quality
    try context.send(frame)
    guard let packet = try context.receive() else {
      throw FFmpegError(code: .again, function: "avcodec_receive_packet", logLine: nil)
    }
    return Array(
      UnsafeBufferPointer(start: packet.raw.pointee.data, count: Int(packet.raw.pointee.size)))
  }

  /// Encodes one frame as PNG.
  ///
  /// - Parameter frame: Of a layout that FFmpeg's PNG encoder takes, such as `rgb24`.
  /// - Returns: The file's bytes.
  /// - Throws: ``FFmpegError`` of code `encoderNotFound`, or what the encoder says.
  static func png(_ frame: borrowing Frame) throws(FFmpegError) -> [UInt8] {
    guard let codec = avcodec_find_encoder(AV_CODEC_ID_PNG) else {
      throw FFmpegError(code: .encoderNotFound, function: "avcodec_find_encoder", logLine: nil)
    }
    var encoder = try PictureEncoder(codec, for: frame)
    return try encoder.encode(frame)
  }
}
