import CFFmpeg
import Glibc

/// An open encoder.
///
/// Owns an `AVCodecContext`, freed with `avcodec_free_context`.
struct EncoderContext: ~Copyable {
  let raw: UnsafeMutablePointer<AVCodecContext>
  private var isDrained = false

  /// Opens an encoder.
  ///
  /// - Parameters:
  ///   - codec: The encoder.
  ///   - options: By FFmpeg's names, generic ones and the encoder's own; a later one wins,
  ///     but `flags` and lists of parameters are joined.
  ///   - configure: Sets what the frames are like: size, format, time base.
  /// - Throws: ``FFmpegError``: what `avcodec_open2` says, or of code `optionNotFound` with the
  ///   names of options that the encoder does not have as its log line.
  init(
    _ codec: UnsafePointer<AVCodec>, options: [(name: String, value: String)],
    configure: (UnsafeMutablePointer<AVCodecContext>) -> Void
  ) throws(FFmpegError) {
    let context = allocated(avcodec_alloc_context3(codec))
    configure(context)
    var dictionary: OpaquePointer?
    defer { av_dict_free(&dictionary) }
    for option in options {
      // Flags and lists of parameters come from several sides.
      let isList = option.name.hasSuffix("-params")
      let hasOne = av_dict_get(dictionary, option.name, nil, 0) != nil
      let isJoined = isList || option.name == "flags"
      av_dict_set(
        &dictionary, option.name, (isList && hasOne ? ":" : "") + option.value,
        isJoined ? AV_DICT_APPEND : 0)
    }
    do throws(FFmpegError) {
      try check(avcodec_open2(context, codec, &dictionary), "avcodec_open2")
      let unknown = StreamInfo.tags(dictionary).keys.sorted()
      guard unknown.isEmpty else {
        throw FFmpegError(
          code: .optionNotFound, function: "avcodec_open2",
          logLine: unknown.joined(separator: ", "))
      }
    } catch {
      var leftover: UnsafeMutablePointer<AVCodecContext>? = context
      avcodec_free_context(&leftover)
      throw error
    }
    raw = context
  }

  deinit {
    // SVT-AV1 1.4 waits in its own closing for a frame that never comes, unless it was drained. The
    // process that gave an encoder up ends soon.
    if !isDrained, let codec = raw.pointee.codec, strcmp(codec.pointee.name, "libsvtav1") == 0 {
      return
    }
    var raw: UnsafeMutablePointer<AVCodecContext>? = raw
    avcodec_free_context(&raw)
  }

  /// Hands a frame over.
  ///
  /// Only after ``receive()`` has given nil. The encoder takes a reference of its own.
  ///
  /// - Throws: ``FFmpegError``.
  func send(_ frame: borrowing Frame) throws(FFmpegError) {
    try check(avcodec_send_frame(raw, frame.raw), "avcodec_send_frame")
  }

  /// Says that no frame follows.
  ///
  /// - Throws: ``FFmpegError``.
  mutating func drain() throws(FFmpegError) {
    isDrained = true
    try check(avcodec_send_frame(raw, nil), "avcodec_send_frame")
  }

  /// The next packet, or nil when the encoder wants a frame or has given all.
  ///
  /// - Throws: ``FFmpegError``.
  func receive() throws(FFmpegError) -> Packet? {
    let packet = Packet()
    let status = avcodec_receive_packet(raw, packet.raw)
    switch FFmpegError.Code(rawValue: status) {
    case .again, .endOfFile: return nil
    default:
      try check(status, "avcodec_receive_packet")
      return packet
    }
  }
}
