import CFFmpeg

/// Whether sound that was read again can be decoded: a container may keep all packets, and not what a
/// decoder must know of them.
///
/// A class, because a file may have several, and an array holds no noncopyable values. Owns a decoder.
final class SoundCheck {
  /// Nil where it refuses what the file says of the stream.
  private var decoder: DecoderContext?
  private var packetsLeft = 8
  /// Whether a frame came out, or none of the first packets gave one; nil before it is known.
  private(set) var isDecodable: Bool?

  /// Opens the decoder; nil for what is no sound, or has none here.
  ///
  /// - Parameter stream: Of the file; borrowed, not kept.
  init?(of stream: UnsafeMutablePointer<AVStream>) {
    guard stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO,
      avcodec_find_decoder(stream.pointee.codecpar.pointee.codec_id) != nil
    else { return nil }
    decoder = try? DecoderContext(for: stream, threads: 1, maxPixels: 1, keyframesOnly: false)
    if decoder == nil { isDecodable = false }
  }

  /// Decodes a packet, unless enough is known.
  func look(at packet: borrowing Packet) {
    guard isDecodable == nil, let raw = decoder?.raw else { return }
    let frame = Frame()
    avcodec_send_packet(raw, packet.raw)
    if avcodec_receive_frame(raw, frame.raw) >= 0 {
      isDecodable = true
      return
    }
    packetsLeft -= 1
    if packetsLeft == 0 { isDecodable = false }
  }

  /// Whether a frame came out at last, when no packet follows.
  func finish() -> Bool {
    if let isDecodable { return isDecodable }
    guard let raw = decoder?.raw else { return false }
    let frame = Frame()
    avcodec_send_packet(raw, nil)
    return avcodec_receive_frame(raw, frame.raw) >= 0
  }
}
