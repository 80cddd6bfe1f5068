/// What will be made of one video: the decisions, in words for `--dry-run`.
public struct OutputPlan: Codable, Hashable, Sendable {
  /// What happens to one of the input's streams.
  public struct Stream: Codable, Hashable, Sendable {
    /// What is done with it.
    public enum Action: String, Codable, Sendable {
      /// Its packets go over as they are.
      case copy
      /// It is decoded and encoded anew.
      case encode
      /// It is left out.
      case drop
    }

    /// Its index in the input.
    public var index: Int
    /// `video`, `audio`, `subtitle`, `attachment`, `cover` or `data`.
    public var kind: String
    /// Its codec in the input.
    public var codec: String
    /// What is done with it.
    public var action: Action
    /// FFmpeg's name of the encoder, for ``Action/encode``.
    public var encoder: String?
  }

  /// FFmpeg's name of the muxer.
  public var container: String
  /// The file name extension that goes with it, without a dot.
  public var fileExtension: String
  /// FFmpeg's name of the video encoder.
  public var encoder: String
  /// The encoded pixel format.
  public var pixelFormat: String
  /// Pixels in a row.
  public var width: Int
  /// Rows.
  public var height: Int
  /// The streams of the input.
  public var streams: [Stream]
  /// What the output will not carry, as far as that can be told.
  public var losses: [String]
  /// Seconds, as the input's container says.
  public var duration: Double?
  /// About how many frames there are, as the input's container says.
  public var expectedFrames: Double?
  /// About how many bytes the output will have, for the room on a disk.
  public var expectedBytes: Int64
}
