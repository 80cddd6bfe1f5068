import CFFmpeg

/// One piece of a compressed stream.
///
/// Owns an `AVPacket`, freed with `av_packet_free`.
struct Packet: ~Copyable {
  let raw: UnsafeMutablePointer<AVPacket>

  init() {
    raw = allocated(av_packet_alloc())
  }

  /// Takes over a packet that somebody else has made.
  init(owning raw: UnsafeMutablePointer<AVPacket>) {
    self.raw = raw
  }

  deinit {
    var raw: UnsafeMutablePointer<AVPacket>? = raw
    av_packet_free(&raw)
  }

  /// Whether the container or the parser says that decoding can begin here.
  var isKeyframe: Bool { raw.pointee.flags & AV_PKT_FLAG_KEY != 0 }

  /// Whether the demuxer says that the payload is encrypted.
  var isEncrypted: Bool {
    raw.pointee.side_data_elems > 0
      && av_packet_get_side_data(raw, AV_PKT_DATA_ENCRYPTION_INFO, nil) != nil
  }

  /// The presentation timestamp, or the decoding timestamp where there is none, in units of the
  /// stream's time base.
  var time: Ticks? { Ticks(known: raw.pointee.pts) ?? Ticks(known: raw.pointee.dts) }

  /// Which stream of the container it belongs to.
  var streamIndex: Int { Int(raw.pointee.stream_index) }
}
