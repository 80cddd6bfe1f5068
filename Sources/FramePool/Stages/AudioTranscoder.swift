import CFFmpeg

/// Packets of one audio stream to packets of another codec, at the same times.
///
/// A class, because an output has as many as there are streams to encode, and an array holds no
/// noncopyable values. Owns a decoder, an encoder and the filter graph between them.
final class AudioTranscoder {
  private let decoder: DecoderContext
  private var encoder: EncoderContext
  private let stream: UnsafeMutablePointer<AVStream>
  private var graph: AudioGraph?
  private var isDrained = false

  /// Opens decoder and encoder.
  ///
  /// - Parameters:
  ///   - stream: The input's; borrowed, must live as long as this.
  ///   - codec: The encoder.
  ///   - needsGlobalHeader: Whether the container wants the header apart from the packets.
  /// - Throws: ``FFmpegError``.
  init(
    _ stream: UnsafeMutablePointer<AVStream>, to codec: UnsafePointer<AVCodec>,
    needsGlobalHeader: Bool
  ) throws(FFmpegError) {
    self.stream = stream
    decoder = try DecoderContext(for: stream, threads: 1, maxPixels: 1, keyframesOnly: false)
    let parameters = stream.pointee.codecpar
    encoder = try EncoderContext(codec, options: []) { context in
      shim_choose_audio_format(context, codec, parameters)
      context.pointee.time_base = AVRational(num: 1, den: context.pointee.sample_rate)
      context.pointee.thread_count = 1
      if needsGlobalHeader { context.pointee.flags |= CInt(AV_CODEC_FLAG_GLOBAL_HEADER) }
    }
  }

  /// The open encoder; for the parameters of its stream.
  var context: UnsafeMutablePointer<AVCodecContext> { encoder.raw }

  /// The unit of the packets' timestamps.
  var timeBase: Rational { Rational(encoder.raw.pointee.time_base) }

  /// Decodes a packet and gives what can be encoded of it.
  ///
  /// - Parameters:
  ///   - packet: Its timestamps are the output's, in the input stream's unit; nil for the end.
  ///   - write: Takes encoded packets.
  /// - Throws: ``FFmpegError``, and what `write` throws.
  func send(
    _ packet: consuming Packet?, write: (consuming Packet) throws(FFmpegError) -> Void
  ) throws(FFmpegError) {
    // As FFmpeg's own tools do: what cannot be decoded is passed over; the decoder's own line in
    // FFmpeg's log makes the video damaged.
    let isEnd: Bool
    if let packet {
      avcodec_send_packet(decoder.raw, packet.raw)
      isEnd = false
    } else {
      avcodec_send_packet(decoder.raw, nil)
      isEnd = true
    }
    let frame = Frame()
    while avcodec_receive_frame(decoder.raw, frame.raw) >= 0 {
      frame.raw.pointee.pts = frame.raw.pointee.best_effort_timestamp
      try filter(frame)
      try encode(write)
    }
    guard isEnd, !isDrained else { return }
    isDrained = true
    try graph?.drain()
    try encode(write)
    try encoder.drain()
    while let packet = try encoder.receive() { try write(packet) }
  }

  private func filter(_ frame: borrowing Frame) throws(FFmpegError) {
    if graph == nil {
      graph = try AudioGraph(for: frame, timeBase: stream.pointee.time_base, to: encoder.raw)
    }
    try graph?.send(frame)
  }

  private func encode(
    _ write: (consuming Packet) throws(FFmpegError) -> Void
  ) throws(FFmpegError) {
    guard graph != nil else { return }
    while let frame = try graph?.receive() {
      try encoder.send(frame)
      while let packet = try encoder.receive() { try write(packet) }
    }
  }
}
