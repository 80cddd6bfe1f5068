/// How outputs are encoded, and what goes into them besides the frames.
public struct EncodingSettings: Codable, Hashable, Sendable {
  /// An option of an encoder, by FFmpeg's name for it.
  public struct Option: Codable, Hashable, Sendable {
    /// The name, for example `g`.
    public var name: String
    /// The value, as it is typed for FFmpeg.
    public var value: String

    /// Makes an option.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What is done with the sound.
  public enum Audio: Codable, Hashable, Sendable {
    /// Packets go over as they are.
    case copy
    /// It is left out.
    case none
    /// It is encoded anew, by a codec's or an encoder's name.
    case encode(String)
  }

  /// What is done with subtitles.
  public enum Subtitles: String, Codable, Sendable, CaseIterable {
    /// Packets go over as they are.
    case copy
    /// They are left out.
    case none
  }

  /// Which streams go into the output.
  public enum Streams: String, Codable, Sendable, CaseIterable {
    /// The decoded one and whatever else can be carried.
    case all
    /// The decoded one only.
    case video
  }

  /// How an output is checked before it gets its name.
  public enum Verification: String, Codable, Sendable, CaseIterable {
    /// All packets are read, the first and the last frames are decoded.
    case ends
    /// Everything is decoded.
    case full
  }

  /// FFmpeg's name of a muxer, or a file name extension; nil for what suits the input.
  public var container: String?
  /// `h264`, `hevc`, `av1`, `vp9`, `ffv1`, `prores`, `mjpeg` or FFmpeg's name of any encoder; nil
  /// for what suits container and input.
  public var codec: String?
  /// The encoder's constant quality, lower is better; nil for this program's default.
  public var crf: Double?
  /// Bits per second, instead of a constant quality.
  public var bitrate: Int?
  /// The encoder's preset, for example `veryfast`.
  public var preset: String?
  /// Other options of the encoder.
  public var options: [Option] = []
  /// FFmpeg's name of the encoded pixel format; nil for the frames' own, or the nearest.
  public var pixelFormat: String?
  /// The sound.
  public var audio = Audio.copy
  /// The subtitles.
  public var subtitles = Subtitles.copy
  /// Which streams.
  public var streams = Streams.all
  /// Whether anything that is lost makes the video fail.
  public var strict = false
  /// How it is checked.
  public var verification = Verification.ends

  /// The defaults of the command line.
  public init() {}
}
