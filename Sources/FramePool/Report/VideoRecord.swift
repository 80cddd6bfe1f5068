/// What a worker found out about its video: the worker's part of a file's record in the report.
public struct VideoRecord: Codable, Hashable, Sendable {
  /// The stream that was decoded.
  public struct Stream: Codable, Hashable, Sendable {
    /// Its index in the container.
    public var index: Int
    /// The codec's name, for example `h264`.
    public var codec: String
    /// Pixels in a row, as the container says.
    public var width: Int
    /// Rows, as the container says.
    public var height: Int
    /// The pixel format's name, for example `yuv420p10le`.
    public var pixelFormat: String?
    /// The average frame rate in frames per second, as the container says.
    public var frameRate: Double?
    /// By how many degrees clockwise the picture must be turned to be upright: 0 to 359.
    public var rotation: Int
    /// Seconds, as the container says.
    public var duration: Double?
    /// Whether the gaps between the frames' timestamps differ, by more than the time base's
    /// rounding; nil for fewer than three frames with timestamps.
    public var variableFrameRate: Bool?
  }

  /// Frames, as they were counted.
  public struct Frames: Codable, Hashable, Sendable {
    /// Frames out of the decoder.
    public var decoded = 0
    /// Frames that the sampling let through to the filter chain.
    public var sampled = 0
    /// Frames out of the filter chain.
    public var filtered = 0
    /// Frames in the output.
    public var written = 0
    /// Packets that the decoder rejected, frames that it called damaged and errors while reading.
    public var decodeErrors = 0

    init() {}
  }

  /// Seconds spent in each stage.
  public struct Seconds: Codable, Hashable, Sendable {
    /// Ready to run, while no CPU was free; of the thread that filters and encodes.
    public var ready = 0.0
    /// Opening, probing and reading the container.
    public var demux = 0.0
    /// The codec.
    public var decode = 0.0
    /// The filter chain.
    public var filter = 0.0
    /// The encoder.
    public var encode = 0.0
    /// Writing the container.
    public var mux = 0.0
    /// The checksum.
    public var checksum = 0.0
    /// Reading the output again.
    public var verify = 0.0

    init() {}
  }

  /// Why a video is not `ok`.
  public struct Failure: Codable, Hashable, Sendable {
    /// The class.
    public var kind: FramePoolError.Code
    /// What happened, in a line.
    public var message: String
  }

  /// The stream; nil when none was opened.
  public var stream: Stream?
  /// The counts.
  public var frames = Frames()
  /// The times.
  public var seconds = Seconds()
  /// The first frame's timestamp in seconds.
  public var startOffset: Double?
  /// The last frame's timestamp in seconds.
  public var lastTimestamp: Double?
  /// `md5:` and 32 hexadecimal digits, when asked for.
  public var checksum: String?
  /// Sizes and formats of the decoded frames in the order they came up, when they changed.
  public var formats: [String] = []
  /// Conversions that were made for filters that do not take the decoder's layout.
  public var conversions: [String] = []
  /// What the filters measured over the whole video.
  public var measurements: [FilterMeasurements] = []
  /// What is good to know and no fault, such as a window without frames.
  public var notes: [String] = []
  /// What the output does not carry, in words.
  public var losses: [String] = []
  /// What the sandbox holds.
  public var sandbox: [String] = []
  /// A frame before the filters and the same one behind them, as JPEG files in base64, where they
  /// were asked for; the second only where there are filters.
  var thumbnails: [String] = []
  /// Whether FFmpeg's filters were needed, for a turned picture or a conversion too.
  var usedFFmpegFilters = false
  /// Why the video is not `ok`; nil when it is.
  public var failure: Failure?
  /// Whether the failure left usable frames.
  public var isDamaged = false

  init() {}
}
