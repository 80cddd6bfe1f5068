/// What went wrong with a video or a batch: a class that scripts can rely on, a message for people,
/// and the cause underneath.
public struct FramePoolError: Error, Sendable {
  /// The closed list of error classes.
  public struct Code: RawRepresentable, Hashable, Sendable, Codable, CaseIterable {
    /// The class's name as it stands in reports.
    public let rawValue: String

    /// Takes a name, which should be one of ``allCases``.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The input does not exist.
    public static let notFound = Code(rawValue: "notFound")
    /// The input exists and cannot be read.
    public static let unreadable = Code(rawValue: "unreadable")
    /// The input is no media file.
    public static let notMedia = Code(rawValue: "notMedia")
    /// The input is a media file without a video stream (an attached picture is none).
    public static let noVideo = Code(rawValue: "noVideo")
    /// The video needs something that this machine's FFmpeg has not: a decoder, a key.
    public static let unsupported = Code(rawValue: "unsupported")
    /// The input is damaged.
    public static let corrupt = Code(rawValue: "corrupt")
    /// The input claims more than a limit allows.
    public static let limitExceeded = Code(rawValue: "limitExceeded")
    /// The input asks for something that is not allowed, such as opening other files.
    public static let refused = Code(rawValue: "refused")
    /// The worker died.
    public static let crashed = Code(rawValue: "crashed")
    /// The worker was ended for the memory it used.
    public static let outOfMemory = Code(rawValue: "outOfMemory")
    /// The worker took longer than `--timeout` allows.
    public static let timedOut = Code(rawValue: "timedOut")
    /// The worker made no progress.
    public static let stalled = Code(rawValue: "stalled")
    /// A result could not be written.
    public static let outputFailed = Code(rawValue: "outputFailed")
    /// The disk is full.
    public static let diskFull = Code(rawValue: "diskFull")
    /// The batch was interrupted before the video was done.
    public static let cancelled = Code(rawValue: "cancelled")
    /// The host (fork server) could not be kept running.
    public static let hostLost = Code(rawValue: "hostLost")
    /// A mistake in this program.
    public static let `internal` = Code(rawValue: "internal")

    /// Every class, in the order of the documentation.
    public static let allCases: [Code] = [
      .notFound, .unreadable, .notMedia, .noVideo, .unsupported, .corrupt, .limitExceeded,
      .refused, .crashed, .outOfMemory, .timedOut, .stalled, .outputFailed, .diskFull, .cancelled,
      .hostLost, .internal,
    ]
  }

  /// The class.
  public var code: Code
  /// What failed and what to do about it, in one line.
  public var message: String
  /// What a layer below said.
  public var cause: (any Error)?

  /// Makes an error.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}

extension FramePoolError: CustomStringConvertible {
  /// The text for messages.
  public var description: String {
    cause.map { "\(message) (\($0))" } ?? message
  }
}
