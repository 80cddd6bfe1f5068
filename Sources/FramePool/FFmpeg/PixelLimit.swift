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

  /// A picture's size in pixels.
  struct Size: Equatable {
    var width: Int
    var height: Int
  }

  /// The size that a line of FFmpeg's log (`av_image_check_size2`) or of dav1d's refuses as too large:
  /// by the limit, or because FFmpeg itself takes no picture of so many pixels.
  static func refusedSize(in line: String) -> Size? {
    let start = line.firstRange(of: "Picture size ") ?? line.firstRange(of: "Frame size ")
    guard let start = start?.upperBound else { return nil }
    let words = line[start...].split(separator: " ", maxSplits: 1)
    let numbers = words.first?.split(separator: "x").compactMap { Int($0) } ?? []
    guard numbers.count == 2, let reason = words.last else { return nil }
    let size = Size(width: numbers[0], height: numbers[1])
    if reason.hasPrefix("exceeds ") { return size }
    // The same words are said of a size of nothing.
    let isLarge = !allows(size.width, size.height, mostPixelsOfFFmpeg)
    return reason.hasPrefix("is invalid") && isLarge ? size : nil
  }

  /// About as many pixels as FFmpeg's own check lets through, whatever is asked for.
  private static let mostPixelsOfFFmpeg = 1 << 27

  /// The error for a picture that FFmpeg has refused.
  static func error(_ path: FilePath, refused size: Size, _ limit: Int) -> FramePoolError {
    guard allows(size.width, size.height, limit) else {
      return error(path, size.width, size.height, limit)
    }
    // With the edges that decoders add it is beyond a limit all the same.
    return FramePoolError(
      .limitExceeded,
      "\(path) has pictures of \(size.width)x\(size.height) pixels, more than FFmpeg takes with "
        + "--max-pixels \(limit)")
  }

  /// The error for a picture beyond the limit.
  static func error(_ path: FilePath, _ width: Int, _ height: Int, _ limit: Int) -> FramePoolError {
    FramePoolError(
      .limitExceeded,
      "\(path) claims \(width)x\(height) pixels, more than --max-pixels \(limit)")
  }
}
