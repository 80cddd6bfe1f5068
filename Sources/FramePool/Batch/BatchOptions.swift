/// What a batch does to each of its videos, and how.
public struct BatchOptions: Codable, Hashable, Sendable {
  /// Filter chains in FFmpeg's syntax, applied one after the other.
  public var filters: [String] = []
  /// The stream's index, or nil for FFmpeg's choice.
  public var stream: Int?
  /// What to do about a display matrix.
  public var rotation = RotationPolicy.auto
  /// Whether to sum up all filtered frames of each video.
  public var checksum = false
  /// Which frames of each video are worked on.
  public var sampling = Sampling()
  /// Workers at once; nil for as many as the CPUs allow.
  public var jobs: Int?
  /// Codec threads per worker; nil for what the CPUs leave.
  public var threadsPerJob: Int?
  /// CPUs to be kept busy; nil for all that are usable.
  public var cpus: Int?
  /// The numbers of the CPUs to be used; empty for no such wish.
  public var affinity: [Int32] = []
  /// How much workers give way to other processes, -20 to 19; nil for as much as the parent.
  public var nice: Int32?
  /// Seconds after which a video's worker is killed; nil for never.
  public var timeout: Double?
  /// The largest width x height, in pixels, that is decoded.
  public var maxPixels = VideoJob.defaultMaxPixels
  /// Whether playlists and other files that open files are let through.
  public var allowPlaylists = false
  /// Whether FFmpeg's warnings are kept beside its errors, for `ok` videos too.
  public var verbose = false

  /// The width in pixels of small pictures of each video, for a page; nil for none.
  public var thumbnails: Int?

  /// Where videos are written to, and how; nil for nowhere.
  public var output: OutputSettings?

  /// The defaults of the command line.
  public init() {}
}
