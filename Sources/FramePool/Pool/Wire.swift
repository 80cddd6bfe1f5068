/// What parent and host say to each other: one JSON object a line (NDJSON) in each direction, over
/// the host's standard input and output, so that a host can be wherever a command can run.
///
/// Each object has one member, named after the message. Inputs, results and progress are JSON of
/// their own, carried as text: whatever a worker writes, it cannot become a message of its host's.
enum Wire {
  /// The protocol's version; parent and host must have the same.
  static let version = 2

  /// The longest line that is taken, in bytes.
  static let maximumLine = 32 << 20

  /// The longest progress report of a worker that a host passes on, in bytes.
  static let maximumProgress = 64 << 10

  /// The longest part of a worker that a host passes on, in bytes.
  static let maximumPart = 1 << 20

  /// The longest part as a string of JSON, where a byte may become six.
  static let maximumEncodedPart = 6 * maximumPart + 16

  /// How many bytes of parts a worker may send.
  static let maximumParts = 4 << 30

  /// Parent to host.
  struct Request: Codable, Equatable {
    var start: Start?
    var cancel: Cancel?
    var pause: Pause?
    var resume: Resume?

    /// Fork a worker for a job, now or when one of those that run has ended.
    struct Start: Codable, Equatable {
      var job: UInt64
      var task: String
      /// The task's input, JSON.
      var input: String
      /// The worker is killed after so many seconds.
      var timeout: Double?
      /// It waits while as many workers run as this.
      var slots: Int
      /// How many threads the worker may run at once; missing for one.
      var threads: Int?
    }

    /// Kill a job's worker, or take the job back before it has one.
    struct Cancel: Codable, Equatable {
      var job: UInt64
      /// Whether a worker that runs is left alone.
      var onlyWaiting: Bool?
    }

    /// Stop all workers and start none.
    struct Pause: Codable, Equatable {
      /// What the answer repeats.
      var number: UInt64
    }

    /// Let all workers go on.
    struct Resume: Codable, Equatable {}
  }

  /// Host to parent.
  struct Report: Codable, Equatable {
    var hello: Hello?
    var started: Started?
    var progress: Progress?
    var part: Part?
    var ended: Ended?
    var paused: Paused?
    var failed: Failed?

    /// The first line of a host.
    struct Hello: Codable, Equatable {
      var wire: Int
      var pid: Int32
      var tasks: [String]
      /// `fork`, or `exec` where the libraries have started threads.
      var mode: String
      /// What the program tells about itself, such as library versions.
      var information: [String: String]
    }

    /// A worker runs.
    struct Started: Codable, Equatable {
      var job: UInt64
      var pid: Int32
      /// Seconds from the host's start to the worker's.
      var at: Double
    }

    /// A worker reported.
    struct Progress: Codable, Equatable {
      var job: UInt64
      /// The task's progress, JSON.
      var body: String
    }

    /// A worker sent a piece of text.
    struct Part: Codable, Equatable {
      var job: UInt64
      var text: String
    }

    /// A worker is gone and reaped.
    struct Ended: Codable, Equatable {
      var job: UInt64
      var pid: Int32
      /// The result, JSON; nil when there is none.
      var result: String?
      /// What the task threw.
      var error: RemoteError?
      /// The exit code, when it exited.
      var exitCode: Int32?
      /// The signal that ended it.
      var signal: Int32?
      /// Why the host killed it.
      var killedFor: KillReason?
      var usage: TaskUsage
      /// The end of what it wrote to standard output and standard error.
      var output: String
    }

    /// All workers are stopped.
    struct Paused: Codable, Equatable {
      /// Which request it answers.
      var number: UInt64
    }

    /// The host cannot do its work.
    struct Failed: Codable, Equatable {
      var message: String
      /// The class of the error, where there is a better one than that the host is lost.
      var code: FramePoolError.Code?
    }
  }

  /// An error that a task threw.
  struct RemoteError: Codable, Equatable {
    var code: FramePoolError.Code
    var message: String
  }

  /// Why a host ended a worker.
  enum KillReason: String, Codable {
    case cancelled
    case timeout
    case overlongResult
    case outOfMemory
  }

  /// A message as a line.
  ///
  /// What cannot be encoded, a number that is none, never comes here: seconds are checked where they
  /// come in. Were it so, the other side would hear of a failure.
  static func line(_ message: some Encodable) -> [UInt8] {
    let bytes = try? JSONCoding.bytes(message)
    return (bytes ?? Array(#"{"failed":{"message":"a message cannot be encoded"}}"#.utf8)) + [0x0A]
  }

  static func decode<Message: Decodable>(
    _ type: Message.Type, from line: some Collection<UInt8>
  ) throws -> Message {
    try JSONCoding.decode(type, from: line)
  }
}
