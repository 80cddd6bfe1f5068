import CFFmpeg
import Glibc
import SystemPackage

/// A container that is being written.
///
/// Owns an `AVFormatContext` and the `AVIOContext` under it, freed with `avformat_free_context` and
/// `avio_closep`; without a trailer unless ``writeTrailer()`` was called.
struct OutputContext: ~Copyable {
  let raw: UnsafeMutablePointer<AVFormatContext>

  /// Creates the file; one that is there is cut to nothing.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - format: The muxer.
  /// - Throws: ``FFmpegError``.
  init(
    creating path: FilePath, format: UnsafePointer<AVOutputFormat>
  ) throws(FFmpegError) {
    // The prefix keeps FFmpeg from reading a protocol's name into a file's.
    let url = "file:".utf8CString.dropLast() + path.bytes
    var context: UnsafeMutablePointer<AVFormatContext>?
    try check(
      url.withUnsafeBufferPointer {
        avformat_alloc_output_context2(&context, format, nil, $0.baseAddress)
      }, "avformat_alloc_output_context2")
    let made = allocated(context)
    do throws(FFmpegError) {
      if format.pointee.flags & AVFMT_NOFILE == 0 {
        try check(
          url.withUnsafeBufferPointer {
            avio_open2(&made.pointee.pb, $0.baseAddress, AVIO_FLAG_WRITE, nil, nil)
          }, "avio_open2")
      }
    } catch {
      avformat_free_context(made)
      throw error
    }
    raw = made
  }

  deinit {
    if raw.pointee.pb != nil { avio_closep(&raw.pointee.pb) }
    avformat_free_context(raw)
  }

  /// Adds a stream, whose parameters are to be set before the header is written.
  func addStream() -> UnsafeMutablePointer<AVStream> {
    allocated(avformat_new_stream(raw, nil))
  }

  /// Writes the header; the streams' time bases are the muxer's from here on.
  ///
  /// - Parameter options: The muxer's; those that it does not have are left out.
  /// - Throws: ``FFmpegError``.
  func writeHeader(_ options: [(name: String, value: String)]) throws(FFmpegError) {
    var dictionary: OpaquePointer?
    defer { av_dict_free(&dictionary) }
    for option in options { av_dict_set(&dictionary, option.name, option.value, 0) }
    try check(avformat_write_header(raw, &dictionary), "avformat_write_header")
  }

  /// Hands a packet over, which may be written later, for the streams' packets to be in order.
  ///
  /// - Throws: ``FFmpegError``.
  func write(_ packet: consuming Packet) throws(FFmpegError) {
    try check(av_interleaved_write_frame(raw, packet.raw), "av_interleaved_write_frame")
  }

  /// Writes what is left, the index, and closes the file.
  ///
  /// - Throws: ``FFmpegError``: also for a write that failed before.
  func writeTrailer() throws(FFmpegError) {
    try check(av_write_trailer(raw), "av_write_trailer")
    guard let io = raw.pointee.pb else { return }
    let failure = io.pointee.error
    let status = avio_closep(&raw.pointee.pb)
    if failure < 0, failure != shim_averror_eof { try check(failure, "avio_write") }
    try check(status, "avio_close")
  }

  /// Whether the muxer takes streams of a codec (`avformat_query_codec`).
  ///
  /// As far as it says so before it writes its header: see ``HeaderTrial``.
  static func canHold(_ codec: AVCodecID, in format: UnsafePointer<AVOutputFormat>) -> Bool {
    // A muxer without subtitles has no codec for them, which is no answer about this one.
    guard codec != AV_CODEC_ID_NONE else { return false }
    let name = String(cString: format.pointee.name)
    if overstated[name]?.contains(codec) == true { return false }
    if avformat_query_codec(format, codec, FF_COMPLIANCE_NORMAL) == 1 { return true }
    if undeclared[name]?.contains(codec) == true { return true }
    // Matroska has names of its own for most codecs, and for the others the tags of AVI and WAV,
    // which the question leaves out.
    var tag: UInt32 = 0
    return strcmp(format.pointee.name, "matroska") == 0
      && av_codec_get_tag2(format.pointee.codec_tag, codec, &tag) != 0
  }

  /// Pictures that a muxer says it takes and refuses in its header, whatever they are like.
  private static let overstated: [String: Set<AVCodecID>] = [
    "mov": [AV_CODEC_ID_AV1, AV_CODEC_ID_VP8, AV_CODEC_ID_VP9],
    "matroska": [AV_CODEC_ID_RV10, AV_CODEC_ID_RV20],
  ]

  /// What muxers hold that do not answer the question.
  private static let undeclared: [String: Set<AVCodecID>] = [
    "mpegts": [
      AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4, AV_CODEC_ID_H264,
      AV_CODEC_ID_HEVC, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AAC, AV_CODEC_ID_AC3,
      AV_CODEC_ID_EAC3, AV_CODEC_ID_DTS, AV_CODEC_ID_OPUS, AV_CODEC_ID_MP1, AV_CODEC_ID_AAC_LATM,
      AV_CODEC_ID_S302M, AV_CODEC_ID_DVB_SUBTITLE, AV_CODEC_ID_DVB_TELETEXT,
    ],
    "mxf": [
      AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_H264, AV_CODEC_ID_PRORES, AV_CODEC_ID_DNXHD,
      AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_S24LE,
    ],
    "ogg": [
      AV_CODEC_ID_THEORA, AV_CODEC_ID_VP8, AV_CODEC_ID_VORBIS, AV_CODEC_ID_OPUS, AV_CODEC_ID_FLAC,
      AV_CODEC_ID_SPEEX,
    ],
    "vob": [
      AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_H264, AV_CODEC_ID_MP1,
      AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_DTS, AV_CODEC_ID_PCM_DVD,
    ],
  ]
}
