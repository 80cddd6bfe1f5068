import SystemPackage

/// `--max-pixels`: how large a picture may be.
enum PixelLimit {
  /// Whether a picture of this size is within the limit.
  static func allows(_ width: Int, _ height: Int, _ limit: Int) -> Bool {
    width.saturatingMultiply(height) <= limit
  }

  /// The limit for FFmpeg's decoders (`AVCodecContext.max_pixels`), which compare with the picture as it
  /// lies in memory: up to 127 pixels wider and 31 rows higher than it is.
  ///
  /// A little more than was asked for: the size of each frame is compared exactly when it is there.
  static func withEdges(_ limit: Int) -> Int64 {
    // No side is longer than FFmpeg's 32767 or so: a row of one pixel is the worst case.
    let edges = (127 + 31) * min(limit, 32_768) + 127 * 31
    // The option takes no larger number, and no picture is that large.
    return Int64(min(limit.saturatingAdd(edges), Int(Int32.max)))
  }

  /// The error for a picture beyond the limit.
  static func error(_ path: FilePath, _ width: Int, _ height: Int, _ limit: Int) -> FramePoolError {
    FramePoolError(
      .limitExceeded,
      "\(path) claims \(width)x\(height) pixels, more than --max-pixels \(limit)")
  }
}
