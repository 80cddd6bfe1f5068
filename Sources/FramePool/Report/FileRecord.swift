import Glibc
import SystemPackage

/// What happened to one input.
public struct FileRecord: Codable, Hashable, Sendable {
  /// How it ended.
  public enum Status: String, Codable, Sendable, CaseIterable {
    /// Whole and done.
    case ok
    /// Done as far as the damage in the input lets it be done.
    case damaged
    /// Not done.
    case failed
    /// Not worked on, for a reason that is no failure.
    case skipped
    /// The batch was interrupted before it was done.
    case cancelled
  }

  /// Why it is not `ok`.
  public struct Failure: Codable, Hashable, Sendable {
    /// The class.
    public var kind: FramePoolError.Code
    /// What happened and what to do.
    public var message: String
    /// The signal that ended the worker.
    public var signal: Int32?
    /// The last frame's timestamp in seconds, as far as the worker told.
    public var lastTimestamp: Double?
    /// The last lines that the worker and FFmpeg in it wrote.
    public var log: [String]
  }

  /// CPU seconds of the worker.
  public struct CPUSeconds: Codable, Hashable, Sendable {
    /// In its own code.
    public var user: Double
    /// In the kernel.
    public var system: Double

    /// Both.
    public var total: Double { user + system }
  }

  /// Seconds spent, by the clock.
  public struct Seconds: Codable, Hashable, Sendable {
    /// From the batch's start to the worker's; nil without one.
    public var start: Double?
    /// Waiting for a worker.
    public var queued: Double
    /// The worker, from being given the video to being reaped.
    public var wall: Double
    /// Ready to run, while no CPU was free.
    public var ready: Double
    /// Opening, probing and reading the container.
    public var demux: Double
    /// The codec.
    public var decode: Double
    /// The filter chain.
    public var filter: Double
    /// The encoder.
    public var encode: Double
    /// Writing the container.
    public var mux: Double
    /// The checksum.
    public var checksum: Double
    /// Reading the output again.
    public var verify: Double

    /// The stages' times by their names, in the order in which a frame passes through them.
    var stages: [(name: String, seconds: Double)] {
      [
        ("demux", demux), ("decode", decode), ("filter", filter), ("encode", encode), ("mux", mux),
        ("checksum", checksum), ("verify", verify),
      ]
    }
  }

  /// The file as the user named it.
  public var input: InputPath
  /// How it ended.
  public var status: Status
  /// The output's path; nil when none was asked for, or none could be made.
  public var output: InputPath?
  /// All outputs' paths: a video, a directory of pictures, a contact sheet, checksums.
  public var outputs: [InputPath]
  /// The output's size in bytes.
  public var outputBytes: Int64?
  /// Why it is not `ok`.
  public var error: Failure?
  /// How often a worker was started for it.
  public var attempts: Int
  /// Where the worker ran.
  public var host: String?
  /// The worker's process id.
  public var pid: Int32?
  /// The threads that the worker was given.
  public var threads: Int?
  /// What is good to know and no fault, such as a window without frames.
  public var notes: [String]
  /// What the output does not carry.
  public var losses: [String]
  /// The stream that was decoded.
  public var stream: VideoRecord.Stream?
  /// The counted frames.
  public var frames: VideoRecord.Frames
  /// The times.
  public var seconds: Seconds
  /// The worker's CPU time.
  public var cpuSeconds: CPUSeconds
  /// The worker's largest resident set, in bytes.
  public var peakMemoryBytes: Int
  /// What the worker read from disk and not from memory, in bytes.
  public var readBytes: Int
  /// Decoded frames per second of the worker's wall time.
  public var framesPerSecond: Double
  /// The first frame's timestamp in seconds.
  public var startOffset: Double?
  /// `md5:` and 32 hexadecimal digits.
  public var checksum: String?
  /// Sizes and formats of the frames, when they changed in mid-stream.
  public var formats: [String]
  /// Conversions that were made for filters that do not take the decoder's layout.
  public var conversions: [String]
  /// What the filters measured over the whole video, in the order of the chain.
  public var measurements: [FilterMeasurements]
  /// The layers of the sandbox that held.
  public var sandbox: [String]
}

extension FileRecord {
  /// The record of an input that got no worker.
  init(_ path: FilePath, status: Status, error: Failure?) {
    self.init(
      input: InputPath(path), status: status, outputs: [], error: error, attempts: 0, notes: [],
      losses: [],
      frames: .init(),
      seconds: .init(
        queued: 0, wall: 0, ready: 0, demux: 0, decode: 0, filter: 0, encode: 0, mux: 0,
        checksum: 0, verify: 0),
      cpuSeconds: .init(user: 0, system: 0), peakMemoryBytes: 0, readBytes: 0, framesPerSecond: 0,
      formats: [], conversions: [], measurements: [], sandbox: [])
  }

  /// The record of an input before any work: its obstacle, or that nothing has been done yet.
  init(_ input: BatchInput) {
    switch input.obstacle {
    case .failed(let code, let message)?:
      self.init(
        input.path, status: .failed, error: .init(kind: code, message: message, log: []))
    case .duplicate(let first)?:
      self.init(
        input.path, status: .skipped,
        error: .init(
          kind: .refused, message: "\(input.path) is in the list already, as \(first)", log: []))
    case .done(let message)?:
      self.init(
        input.path, status: .skipped, error: .init(kind: .refused, message: message, log: []))
    case nil:
      self.init(
        input.path, status: .cancelled,
        error: .init(kind: .cancelled, message: "\(input.path) was not started", log: []))
    }
  }

  /// The record of an input that was handed to the pool.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - result: What the pool says.
  ///   - batchStart: When the batch began, in ``MonotonicClock`` time.
  ///   - lastProgress: The worker's last report, for one that died.
  ///   - verbose: Whether the log of a video that is `ok` is kept too.
  init(
    _ path: FilePath, _ result: TaskResult<VideoRecord>, batchStart: UInt64,
    lastProgress: VideoProgress?, verbose: Bool
  ) {
    self.init(path, status: .ok, error: nil)
    attempts = result.attempts
    host = result.host
    pid = result.pid
    seconds.queued = result.queuedSeconds
    threads = result.threads
    seconds.start = result.startTime.map { Double($0 &- min($0, batchStart)) / 1e9 }
    seconds.wall = result.usage.wallSeconds
    cpuSeconds = .init(user: result.usage.userSeconds, system: result.usage.systemSeconds)
    peakMemoryBytes = result.usage.peakMemoryBytes
    readBytes = result.usage.readBytes
    let log = result.log.split(separator: "\n").suffix(20).map(String.init)
    switch result.outcome {
    case .success(let record):
      take(record, log: log, verbose: verbose)
    case .failure(let failure):
      status = failure == .cancelled ? .cancelled : .failed
      frames.filtered = lastProgress?.frames ?? 0
      error = Failure(
        kind: failure.code, message: "\(path): \(failure)", lastTimestamp: lastProgress?.timestamp,
        log: log)
      if case .crashed(let signal) = failure { error?.signal = signal }
      if failure == .outOfMemory { error?.signal = SIGKILL }
    }
    if seconds.wall > 0 { framesPerSecond = Double(frames.decoded) / seconds.wall }
  }

  /// The CPU time that the video takes, as far as this record can teach that: it was done to its
  /// end.
  var workSeconds: Double? {
    status == .ok || status == .damaged ? cpuSeconds.total : nil
  }

  /// Turns it into the record of a failure at the very end.
  mutating func fail(_ failure: FramePoolError, _ path: FilePath) {
    status = .failed
    error = Failure(
      kind: failure.code, message: "\(path): \(failure)", lastTimestamp: nil,
      log: error?.log ?? [])
  }

  /// Notes that somebody else has made an output of that name in the meantime.
  ///
  /// - Parameters:
  ///   - output: The name.
  ///   - isSkipped: Whether what is there already was to be left alone.
  mutating func takenName(_ output: FilePath, isSkipped: Bool) {
    status = isSkipped ? .skipped : .failed
    error = Failure(
      kind: isSkipped ? .refused : .outputFailed,
      message: "\(input): its output '\(output)' was made by somebody else in the meantime",
      lastTimestamp: nil, log: [])
  }

  private mutating func take(_ record: VideoRecord, log: [String], verbose: Bool) {
    stream = record.stream
    frames = record.frames
    seconds.ready = record.seconds.ready
    seconds.demux = record.seconds.demux
    seconds.decode = record.seconds.decode
    seconds.filter = record.seconds.filter
    seconds.encode = record.seconds.encode
    seconds.mux = record.seconds.mux
    seconds.checksum = record.seconds.checksum
    seconds.verify = record.seconds.verify
    notes = record.notes
    losses = record.losses
    startOffset = record.startOffset
    checksum = record.checksum
    formats = record.formats
    conversions = record.conversions
    measurements = record.measurements
    sandbox = record.sandbox
    if let failure = record.failure {
      status = record.isDamaged ? .damaged : .failed
      error = Failure(
        kind: failure.kind, message: failure.message, lastTimestamp: record.lastTimestamp, log: log)
    }
  }
}
