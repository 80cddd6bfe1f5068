import CFFmpeg

/// Sound from before a cut: in the file, because packets are whole and decoders want to be started, and
/// not to be heard.
///
/// A codec's own delay is as good as never longer than three of its packets. What begins earlier was cut
/// with a whole GOP in front, as editors do that copy: an edit list says where it is heard from.
enum PreRoll {
  /// Where sound must begin for all to be decoded that is heard from zero on.
  ///
  /// - Parameters:
  ///   - parameters: The sound's.
  ///   - stream: The input's, for its time base.
  ///   - first: When its first packet begins, in the output's time, and how long it lasts; in units of
  ///     the stream's time base.
  ///   - container: The output's muxer. MP4 has edit lists of its own and keeps all.
  /// - Returns: When the first packet begins that is needed; nil where all are.
  static func start(
    of parameters: UnsafeMutablePointer<AVCodecParameters>,
    _ stream: UnsafeMutablePointer<AVStream>,
    _ first: (time: Ticks, duration: Ticks), in container: String
  ) -> Ticks? {
    guard parameters.pointee.codec_type == AVMEDIA_TYPE_AUDIO, first.time < .zero,
      !ContainerChoice.isMP4(container)
    else { return nil }
    let before = (-first.time).count
    // Without a length nothing is known of the others.
    guard first.duration > .zero else { return nil }
    let length = first.duration.count
    let packets = packetsBefore(
      parameters.pointee.codec_id, each: first.duration.time(in: Rational(stream.pointee.time_base))
    )
    guard before > length.saturatingMultiply(packets == 0 ? 1 : max(3, packets)) else { return nil }
    // The packet in which zero lies, and those before it that its decoder is started with.
    let passed = (before / length).saturatingSubtract(packets)
    return first.time + Ticks(passed.saturatingMultiply(length))
  }

  /// How many packets a decoder must have seen before what it gives is right.
  private static func packetsBefore(_ codec: AVCodecID, each length: MediaTime) -> Int64 {
    switch codec {
    // 80 ms: RFC 7845, section 4.6
    case AV_CODEC_ID_OPUS: Int64(saturating: (0.08 / max(length.seconds, 0.0025)).rounded(.up))
    case AV_CODEC_ID_MP3: 2  // the bit reservoir
    case let codec where av_get_exact_bits_per_sample(codec) > 0: 0
    case AV_CODEC_ID_FLAC, AV_CODEC_ID_ALAC, AV_CODEC_ID_WAVPACK, AV_CODEC_ID_TTA: 0
    default: 1
    }
  }
}
