/// What a worker is to do with one video.
public struct VideoJob: Codable, Hashable, Sendable {
  /// The file.
  public var input: InputPath
  /// The stream's index, or nil for FFmpeg's choice.
  public var stream: Int?
  /// Filter chains in FFmpeg's syntax, applied one after the other.
  public var filters: [String]
  /// What to do about a display matrix.
  public var rotation: RotationPolicy
  /// Whether to sum up all filtered frames.
  public var checksum: Bool
  /// Which frames are worked on.
  public var sampling: Sampling
  /// Whether measurements of each frame are sent.
  public var records: Bool
  /// What is written; nil for nothing.
  public var output: OutputJob?
  /// What else is made of the frames.
  public var sinks: [SinkJob]
  /// The width in pixels of small pictures of a frame before and behind the filters; nil for none.
  public var thumbnails: Int?
  /// Codec threads; filters get as many.
  public var threads: Int
  /// The largest width x height, in pixels, that is decoded.
  public var maxPixels: Int
  /// Whether demuxers that open other local files are let through.
  public var allowPlaylists: Bool
  /// Whether FFmpeg's warnings are kept beside its errors.
  public var verbose: Bool

  /// Makes a job with the defaults of the command line.
  public init(
    input: InputPath, stream: Int? = nil, filters: [String] = [], rotation: RotationPolicy = .auto,
    checksum: Bool = false, sampling: Sampling = Sampling(), records: Bool = false,
    output: OutputJob? = nil, sinks: [SinkJob] = [], thumbnails: Int? = nil,
    threads: Int = 1,
    maxPixels: Int = VideoJob.defaultMaxPixels,
    allowPlaylists: Bool = false, verbose: Bool = false
  ) {
    self.input = input
    self.stream = stream
    self.filters = filters
    self.rotation = rotation
    self.checksum = checksum
    self.sampling = sampling
    self.records = records
    self.output = output
    self.sinks = sinks
    self.thumbnails = thumbnails
    self.threads = threads
    self.maxPixels = maxPixels
    self.allowPlaylists = allowPlaylists
    self.verbose = verbose
  }

  /// Whether alpha beside the pictures of VP8 and VP9 is decoded: where something is made of the
  /// frames that can have it, or a filter is named for it.
  ///
  /// What is only decoded, measured and summed up is what FFmpeg's own decoders give.
  var showsAlpha: Bool {
    output != nil || filters.contains { $0.contains("alpha") || $0.contains("premultiply") }
      || sinks.contains { job in
        switch job.sink {
        case .images, .sheet: true
        case .frameHash, .pipe: false
        }
      }
  }

  /// 2^27 pixels: 16384 x 8192, the largest 16K format; a frame of it takes some 200 MB.
  public static let defaultMaxPixels = 1 << 27
}
