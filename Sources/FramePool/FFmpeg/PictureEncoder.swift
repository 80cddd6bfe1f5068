import CFFmpeg

/// One frame to one picture file in memory.
enum PictureEncoder {
  /// Encodes a frame as PNG.
  ///
  /// The corresponding C functions are `avcodec_send_frame` and `avcodec_receive_packet`.
  ///
  /// - Parameter frame: Of a layout that FFmpeg's PNG encoder takes, such as `rgb24`.
  /// - Returns: The file's bytes.
  /// - Throws: ``FFmpegError`` of code `encoderNotFound`, or what the encoder says.
  static func png(_ frame: borrowing Frame) throws(FFmpegError) -> [UInt8] {
    guard let codec = avcodec_find_encoder(AV_CODEC_ID_PNG) else {
      throw FFmpegError(code: .encoderNotFound, function: "avcodec_find_encoder", logLine: nil)
    }
    var context: UnsafeMutablePointer<AVCodecContext>? = allocated(avcodec_alloc_context3(codec))
    defer { avcodec_free_context(&context) }
    context?.pointee.width = frame.raw.pointee.width
    context?.pointee.height = frame.raw.pointee.height
    context?.pointee.pix_fmt = AVPixelFormat(frame.raw.pointee.format)
    context?.pointee.time_base = AVRational(num: 1, den: 25)
    try check(avcodec_open2(context, codec, nil), "avcodec_open2")
    try check(avcodec_send_frame(context, frame.raw), "avcodec_send_frame")
    try check(avcodec_send_frame(context, nil), "avcodec_send_frame")
    let packet = Packet()
    try check(avcodec_receive_packet(context, packet.raw), "avcodec_receive_packet")
    return Array(
      UnsafeBufferPointer(start: packet.raw.pointee.data, count: Int(packet.raw.pointee.size)))
  }
}
