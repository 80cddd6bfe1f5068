import CFFmpeg
import CLazyFFmpeg

/// The FFmpeg libraries as this machine has them.
public enum FFmpegLibraries {
  /// Loads the libraries now rather than at the first call of one of their functions.
  ///
  /// - Parameter filters: Whether libavfilter and libswscale are loaded too, which takes nearly as
  ///   long as all others together.
  /// - Throws: ``FramePoolError`` of code ``FramePoolError/Code/internal`` that names what is
  ///   missing and how to install it.
  public static func load(filters: Bool = true) throws {
    guard let missing = lazy_ffmpeg_load(filters ? 1 : 0) else { return }
    throw FramePoolError(
      .internal,
      "FFmpeg's libraries cannot be loaded: \(String(cString: missing)); "
        + "on Debian and Ubuntu, install ffmpeg")
  }

  /// The version of each library, by name, for example `"libavcodec": "59.37.100"`.
  ///
  /// The corresponding C functions are `avcodec_version` and its siblings.
  ///
  /// - Parameter filters: Whether libavfilter and libswscale are among them.
  /// - Returns: Three numbers for each name.
  public static func versions(filters: Bool = true) -> [String: String] {
    var versions = [
      "libavutil": text(avutil_version()),
      "libavcodec": text(avcodec_version()),
      "libavformat": text(avformat_version()),
    ]
    if filters {
      versions["libavfilter"] = text(avfilter_version())
      versions["libswscale"] = text(swscale_version())
    }
    return versions
  }

  /// FFmpeg's own version and licence, for example `5.1.9, GPL version 2 or later`.
  public static func release() -> String {
    "\(String(cString: av_version_info())), \(String(cString: avutil_license()))"
  }

  private static func text(_ version: UInt32) -> String {
    "\(version >> 16).\(version >> 8 & 0xff).\(version & 0xff)"
  }
}
