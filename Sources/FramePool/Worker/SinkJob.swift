/// Another thing that a worker makes of its video's frames, beside a video or instead of one.
public struct SinkJob: Codable, Hashable, Sendable {
  /// What is made.
  public var sink: Sink
  /// The file or the directory, not yet by its final name.
  public var part: InputPath

  /// Makes a job.
  public init(_ sink: Sink, part: InputPath) {
    self.sink = sink
    self.part = part
  }
}

/// What can be made of frames beside a video.
public enum Sink: Codable, Hashable, Sendable {
  /// A picture file of each frame, in a directory.
  ///
  /// - Parameters:
  ///   - format: Of the pictures.
  ///   - pattern: Their names: see ``ImagePattern``.
  case images(ImageFormat, ImagePattern)
  /// One picture with small ones from all over the video and their times.
  case sheet(columns: Int, rows: Int, width: Int)
  /// The MD5 of each frame, as FFmpeg's `framemd5` muxer writes them.
  case frameHash
  /// Uncompressed frames into a pipe.
  case pipe(PipeFormat)

  /// What pictures are encoded in.
  public enum ImageFormat: String, Codable, Sendable, CaseIterable {
    /// PNG.
    case png
    /// JPEG.
    case jpg
    /// WebP.
    case webp
  }

  /// What goes into a pipe.
  public enum PipeFormat: String, Codable, Sendable, CaseIterable {
    /// YUV4MPEG2.
    case y4m
    /// Planes, tightly packed, and nothing else.
    case raw
  }
}
