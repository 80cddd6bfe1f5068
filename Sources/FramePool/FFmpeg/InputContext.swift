import CFFmpeg
import CLinux
import Glibc
import SystemPackage

/// An open container.
///
/// Owns an `AVFormatContext`, the `AVIOContext` under it and the descriptor under that, closed with
/// `avformat_close_input`, `avio_context_free` and `close`.
struct InputContext: ~Copyable {
  let raw: UnsafeMutablePointer<AVFormatContext>
  private let io: UnsafeMutablePointer<AVIOContext>
  private let descriptor: CInt

  /// Opens a file and reads its header, and nothing but this file.
  ///
  /// The demuxer is found by content before any demuxer runs, so that one that would open other
  /// files by name never does; and a demuxer that tries to open another file all the same gets
  /// an error (`AVFormatContext.io_open`).
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - allowPlaylists: Whether demuxers that open other local files are let through.
  /// - Throws: ``FramePoolError``: `notFound`, `unreadable`, `notMedia`, `refused` or `corrupt`.
  init(opening path: FilePath, allowPlaylists: Bool) throws(FramePoolError) {
    let descriptor = try Self.openFile(path)
    let io = allocated(shim_open_descriptor(descriptor))
    do throws(FramePoolError) {
      let format = try Self.probeFormat(of: io, at: path)
      let name = String(cString: format.pointee.name)
      if !allowPlaylists, DemuxerPolicy.opensOtherFiles(name, flags: format.pointee.flags) {
        throw FramePoolError(
          .refused,
          "\(path) is read by FFmpeg's demuxer '\(name)', which opens other files by the names in "
            + "it; pass --allow-playlists if you trust it")
      }
      do throws(FramePoolError) {
        raw = try Self.openDemuxer(path, io: io, format: format, allowPlaylists: allowPlaylists)
      } catch {
        guard ContainerEncryption(descriptor, format: name).isThere else { throw error }
        throw FramePoolError(encrypted: path)
      }
    } catch {
      shim_close_descriptor(io)
      close(descriptor)
      throw error
    }
    self.io = io
    self.descriptor = descriptor
  }

  deinit {
    var raw: UnsafeMutablePointer<AVFormatContext>? = raw
    avformat_close_input(&raw)
    shim_close_descriptor(io)
    close(descriptor)
  }

  /// The demuxer's name, for example `mov,mp4,m4a,3gp,3g2,mj2`.
  var formatName: String { String(cString: raw.pointee.iformat.pointee.name) }

  /// Whether the container has an index of its keyframes that can be trusted.
  ///
  /// Others find their way by guessing, or give timestamps that depend on where reading began.
  var hasTrustedIndex: Bool { ["mov", "matroska"].contains { formatName.hasPrefix($0) } }

  /// Whether zero is where a file of this kind begins, so that a late start was somebody's wish.
  ///
  /// A broadcast's clock runs on from anywhere.
  var countsFromZero: Bool { hasTrustedIndex || formatName == "nut" }

  /// Whether there is no container: a stream as it comes out of an encoder, in which FFmpeg guesses
  /// times that nobody has written.
  var isBareStream: Bool { Self.bareStreams.contains(formatName) }

  private static let bareStreams: Set<String> = [
    "apv", "av1", "avs2", "avs3", "cavsvideo", "dirac", "dnxhd", "evc", "h261", "h263", "h264",
    "hevc", "ingenient", "m4v", "mjpeg", "mjpeg_2000", "mpegvideo", "obu", "vc1", "vvc",
  ]

  /// Whether the container's clock is known to restart and to jump (`AVFMT_TS_DISCONT`).
  var mayRestart: Bool { raw.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0 }

  /// When the container begins, in microseconds; 0 when it does not say.
  var startTime: Ticks { Ticks(known: raw.pointee.start_time) ?? .zero }

  /// How many streams are known at this moment.
  var streamCount: Int { Int(raw.pointee.nb_streams) }

  /// A stream of the container; valid while the context is.
  func stream(_ index: Int) -> UnsafeMutablePointer<AVStream>? {
    index >= 0 && index < streamCount ? raw.pointee.streams[index] : nil
  }

  /// Whether the container says that a stream is encrypted; reads the file beside FFmpeg.
  func saysEncrypted(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    ContainerEncryption(descriptor, format: formatName).covers(stream, of: streamCount)
  }

  /// Whether a stream's header says that it is encrypted, which costs next to nothing: in MP4 some reads
  /// of eight bytes.
  func isMarkedEncrypted(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    // FFmpeg puts the code of what was encrypted in the place of the code that says so.
    if formatName.hasPrefix("mov") { return saysEncrypted(stream) }
    // FFmpeg's Matroska demuxer says it in a tag, which may also be anybody's.
    guard formatName.hasPrefix("matroska"), stream.pointee.metadata != nil,
      av_dict_get(stream.pointee.metadata, "enc_key_id", nil, 0) != nil
    else { return false }
    return saysEncrypted(stream)
  }

  /// Reads as far into the file as it takes to know each stream (`avformat_find_stream_info`).
  ///
  /// - Parameter maxPixels: No stream's decoder is let to allocate a picture larger than this.
  /// - Throws: ``FFmpegError``.
  func findStreamInfo(maxPixels: Int) throws(FFmpegError) {
    let count = streamCount
    var options = [OpaquePointer?](repeating: nil, count: max(count, 1))
    for index in 0..<count {
      av_dict_set(&options[index], "max_pixels", "\(PixelLimit.withEdges(maxPixels))", 0)
    }
    defer { for index in options.indices { av_dict_free(&options[index]) } }
    try check(avformat_find_stream_info(raw, &options), "avformat_find_stream_info")
  }

  /// Opens a file, and sees on the descriptor itself that it is one: what was a file when it was
  /// listed may be a pipe by now, which would be waited on for ever.
  private static func openFile(_ path: FilePath) throws(FramePoolError) -> CInt {
    // A pipe without a writer is opened at once, too.
    let descriptor = path.withPlatformString {
      clinux_open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0)
    }
    guard descriptor >= 0 else { throw FramePoolError(opening: path, status: shim_averror(errno)) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let what = status.st_mode & S_IFMT == S_IFDIR ? "is a directory" : "is not a regular file"
      throw FramePoolError(.unreadable, "\(path) \(what)")
    }
    return descriptor
  }

  private static func probeFormat(
    of io: UnsafeMutablePointer<AVIOContext>, at path: FilePath
  ) throws(FramePoolError) -> UnsafePointer<AVInputFormat> {
    var format: UnsafePointer<AVInputFormat>?
    let status = path.bytes.withUnsafeBufferPointer { name in
      av_probe_input_buffer2(io, &format, name.baseAddress, nil, 0, 0)
    }
    if avio_size(io) == 0 {
      throw FramePoolError(.notMedia, "\(path) is empty")
    }
    guard status >= 0, let format else {
      if status != shim_averror_invaliddata { throw FramePoolError(opening: path, status: status) }
      throw FramePoolError(.notMedia, "\(path) is no video or audio file that FFmpeg knows")
    }
    return format
  }

  private static func openDemuxer(
    _ path: FilePath, io: UnsafeMutablePointer<AVIOContext>,
    format: UnsafePointer<AVInputFormat>, allowPlaylists: Bool
  ) throws(FramePoolError) -> UnsafeMutablePointer<AVFormatContext> {
    var context: UnsafeMutablePointer<AVFormatContext>? = allocated(avformat_alloc_context())
    context?.pointee.pb = io
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    av_dict_set(&options, "protocol_whitelist", DemuxerPolicy.protocols(allowPlaylists), 0)
    // Transport streams may announce programs late; FFmpeg's own tools ask for all of them too.
    av_dict_set(&options, "scan_all_pmts", "1", 0)
    if !allowPlaylists {
      let name = String(cString: format.pointee.name)
      av_dict_set(&options, "format_whitelist", DemuxerPolicy.nestedDemuxers(of: name), 0)
      context?.pointee.io_open = { _, _, url, _, _ in
        let name = url.map { String(cString: $0) } ?? ""
        FFmpegLog.record(
          "the file asked to open '\(name)', which was refused", level: AV_LOG_ERROR,
          isInput: true)
        return shim_averror(EACCES)
      }
    }
    let status = path.bytes.withUnsafeBufferPointer { url in
      avformat_open_input(&context, url.baseAddress, format, &options)
    }
    guard status >= 0, let context else {
      throw FramePoolError(
        .corrupt, "\(path) cannot be opened: its header is damaged or cut short",
        cause: FFmpegError(
          code: .init(rawValue: status), function: "avformat_open_input",
          logLine: FFmpegLog.lastErrorLine()))
    }
    return context
  }
}
