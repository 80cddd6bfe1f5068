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
  /// Cuts what the graphs give into the encoder's frames, over the seam between two of them too.
  private var framing: AudioGraph?
  /// What the graph was built for.
  private var input: AudioGraph.Input?
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
      try filter(frame, write)
      try encode(write)
    }
    guard isEnd, !isDrained else { return }
    isDrained = true
    try graph?.drain()
    try encode(write)
    try framing?.drain()
    try encodeFramed(write)
    try encoder.drain()
    while let packet = try encoder.receive() { try write(packet) }
  }

  /// Hands a frame to the filters; sound of another rate, format or layout than before gets a graph of
  /// its own, when the one before has given all that it holds.
  private func filter(
    _ frame: borrowing Frame, _ write: (consuming Packet) throws(FFmpegError) -> Void
  ) throws(FFmpegError) {
    let input = AudioGraph.Input(frame)
    if input != self.input {
      if graph != nil {
        try graph?.drain()
        try encode(write)
      }
      self.input = input
      graph = try AudioGraph(
        for: frame, timeBase: stream.pointee.time_base, to: encoder.raw, cutsFrames: false)
    }
    try graph?.send(frame)
  }

  private func encode(
    _ write: (consuming Packet) throws(FFmpegError) -> Void
  ) throws(FFmpegError) {
    guard graph != nil else { return }
    while let frame = try graph?.receive() {
      if framing == nil {
        framing = try AudioGraph(
          for: frame, timeBase: encoder.raw.pointee.time_base, to: encoder.raw, cutsFrames: true)
      }
      try framing?.send(frame)
      try encodeFramed(write)
    }
  }

  private func encodeFramed(
    _ write: (consuming Packet) throws(FFmpegError) -> Void
  ) throws(FFmpegError) {
    guard framing != nil else { return }
    while let frame = try framing?.receive() {
      try encoder.send(frame)
      while let packet = try encoder.receive() { try write(packet) }
    }
  }
}
