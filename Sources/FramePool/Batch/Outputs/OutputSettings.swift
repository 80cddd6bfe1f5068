/// What is made of each video, where it goes, and what it is called.
public struct OutputSettings: Codable, Hashable, Sendable {
  /// What happens where an output's name is taken.
  public enum Existing: String, Codable, Sendable, CaseIterable {
    /// The video is skipped.
    case skip
    /// The new file takes the old one's place once it is whole.
    case replace
    /// The video fails.
    case fail
  }

  /// Pictures of each frame.
  public struct Images: Codable, Hashable, Sendable {
    /// What they are encoded in.
    public var format: Sink.ImageFormat
    /// What they are called, in a directory for each video.
    public var pattern: ImagePattern

    /// Makes the settings.
    public init(_ format: Sink.ImageFormat, _ pattern: ImagePattern = .frame) {
      self.format = format
      self.pattern = pattern
    }
  }

  /// The directory of videos, pictures and sheets; made when it is not there.
  public var directory: InputPath
  /// The outputs' names below it, without extension.
  public var pattern = NamePattern.name
  /// Whether videos are written.
  public var video = true
  /// Pictures of each frame; nil for none.
  public var images: Images?
  /// Whether a contact sheet of each video is written.
  public var sheet = false
  /// The files for the MD5 of each frame, not below the directory; nil for none.
  public var frameHash: NamePattern?
  /// What goes into a pipe: only with a single input.
  public var pipe: Sink.PipeFormat?
  /// What happens where a name is taken.
  public var existing = Existing.fail
  /// Whether outputs get the inputs' times of modification.
  public var keepsTimes = false
  /// How videos are encoded.
  public var encoding = EncodingSettings()

  /// Videos in a directory, named as their inputs.
  public init(directory: InputPath) {
    self.directory = directory
  }
}
