import CFFmpeg
import SystemPackage

/// Which container an output gets.
enum ContainerChoice {
  /// The muxer of a name: FFmpeg's, or a file name extension.
  ///
  /// - Throws: ``FramePoolError`` of code `refused`.
  static func muxer(_ name: String) throws(FramePoolError) -> UnsafePointer<AVOutputFormat> {
    let name = name.lowercased()
    // `ts` means a muxer of text to FFmpeg's search by extension, `mkv` has no other name.
    let usual = [
      "mkv": "matroska", "ts": "mpegts", "m2ts": "mpegts", "m4v": "mp4", "qt": "mov",
      "wmv": "asf", "mpg": "vob", "mpeg": "vob", "ogv": "ogg",
    ]
    let found =
      av_guess_format(usual[name] ?? name, nil, nil) ?? av_guess_format(nil, "x.\(name)", nil)
    if let found, isForVideo(found) {
      guard found.pointee.flags & AVFMT_NOFILE == 0, !several.contains(name) else {
        throw FramePoolError(
          .refused,
          "'\(name)' is no container in one file that can be read again; for bare frames "
            + "there are --y4m and --raw, for pictures --images")
      }
      return UnsafePointer(found)
    }
    throw FramePoolError(
      .refused,
      "there is no container '\(name)'"
        + Spelling.question(Spelling.nearest(to: name, among: common))
        + " (usual ones: \(common.joined(separator: ", ")))")
  }

  private static let common = [
    "matroska", "mp4", "mov", "webm", "mpegts", "avi", "mxf", "nut", "gif", "webp", "ogg", "flv",
  ]

  /// Muxers that write several files, or files that say nothing about themselves.
  private static let several: Set<String> = [
    "hls", "dash", "segment", "stream_segment", "ssegment", "tee", "fifo", "smoothstreaming", "hds",
    "image2", "image2pipe", "rawvideo", "yuv4mpegpipe", "y4m", "yuv", "rgb", "md5", "hash",
    "framemd5", "framehash", "framecrc", "crc", "streamhash", "webm_chunk", "webm_dash_manifest",
  ]

  private static func isForVideo(_ format: UnsafePointer<AVOutputFormat>) -> Bool {
    format.pointee.video_codec != AV_CODEC_ID_NONE
  }

  /// The extension that files of a muxer usually have, without a dot.
  static func fileExtension(_ format: UnsafePointer<AVOutputFormat>) -> String {
    let name = String(cString: format.pointee.name)
    let usual = ["mpegts": "ts", "ogg": "ogv", "asf": "wmv", "vob": "mpg"]
    if let known = usual[name] { return known }
    let all = format.pointee.extensions.map { String(cString: $0) } ?? ""
    return all.split(separator: ",").first.map(String.init) ?? name
  }

  /// Whether a muxer's name is one of Matroska's two.
  static func isMatroska(_ name: String) -> Bool { name == "matroska" || name == "webm" }

  /// Whether a muxer's name is one of the two forms of MP4.
  static func isMP4(_ name: String) -> Bool { name == "mp4" || name == "mov" }

  private static let mp4Extensions: Set<String> = [
    "mp4", "m4v", "m4a", "m4b", "3gp", "3g2", "3gpp", "f4v", "mj2", "psp", "ismv", "isma",
  ]

  /// The container that suits an input: its own, where timestamps, tags and streams survive in it,
  /// else Matroska.
  ///
  /// - Parameters:
  ///   - demuxer: FFmpeg's name of the input's demuxer.
  ///   - majorBrand: The `major_brand` of an MP4 or QuickTime file.
  ///   - path: The input.
  /// - Returns: FFmpeg's name of a muxer.
  static func natural(demuxer: String, majorBrand: String?, path: FilePath) -> String {
    if demuxer.hasPrefix("mov") {
      // A file without a brand is older than MP4, unless its name says otherwise.
      let isQuickTime =
        majorBrand.map { $0.hasPrefix("qt") || $0.hasPrefix("mqt") }
        ?? !mp4Extensions.contains(path.extension?.lowercased() ?? "")
      return isQuickTime ? "mov" : "mp4"
    }
    if demuxer.hasPrefix("matroska") {
      return path.extension?.lowercased() == "webm" ? "webm" : "matroska"
    }
    return "matroska"
  }
}
