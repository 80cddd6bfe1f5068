/// What became of one input: the output or the failure, and what it cost.
public struct TaskResult<Output: Sendable>: Sendable {
  /// The input's position among those given to `map`; 0 for `submit`.
  public var index: Int
  /// The output, or why there is none.
  public var outcome: Result<Output, TaskFailure>
  /// How often a worker was started for it: more than once when hosts died under it.
  public var attempts: Int
  /// The host's name; nil when no worker was started.
  public var host: String?
  /// The worker's process id on that host.
  public var pid: Int32?
  /// What the last worker cost.
  public var usage: TaskUsage
  /// Seconds from handing in to the start of the worker.
  public var queuedSeconds: Double
  /// The threads that the worker was given; nil when none was started.
  public var threads: Int?
  /// When the worker was started, in ``MonotonicClock`` time.
  var startTime: UInt64?
  /// The end of what the worker wrote to standard output and standard error.
  public var log: String

  /// The output.
  ///
  /// - Throws: ``TaskFailure`` when there is none.
  public func get() throws(TaskFailure) -> Output {
    try outcome.get()
  }
}

/// Why an input has no output.
public enum TaskFailure: Error, Hashable, Sendable {
  /// The task threw an error.
  case threw(FramePoolError.Code, message: String)
  /// The worker was ended by a signal.
  case crashed(signal: Int32)
  /// The worker exited without a result.
  case exited(code: Int32)
  /// The kernel ended the worker because memory ran out.
  case outOfMemory
  /// The worker took longer than its timeout, in seconds.
  case timedOut(seconds: Double)
  /// The result was not what the task promises, or too long.
  case malformedResult(String)
  /// The pool was told to stop.
  case cancelled
  /// No host could be kept running; says why.
  case hostLost(String)

  /// The error class in reports.
  public var code: FramePoolError.Code {
    switch self {
    case .threw(let code, _): code
    case .crashed, .exited, .malformedResult: .crashed
    case .outOfMemory: .outOfMemory
    case .timedOut: .timedOut
    case .cancelled: .cancelled
    case .hostLost: .hostLost
    }
  }
}

extension TaskFailure: CustomStringConvertible {
  /// The text for messages.
  public var description: String {
    switch self {
    case .threw(_, let message): message
    case .crashed(let signal): "the worker was ended by signal \(signal) (\(Signals.name(signal)))"
    case .exited(let code): "the worker exited with code \(code) and no result"
    case .outOfMemory: "the worker was ended by the kernel because memory ran out"
    case .timedOut(let seconds): "the worker took longer than the timeout of \(seconds) s"
    case .malformedResult(let what): "the worker's result cannot be used: \(what)"
    case .cancelled: "cancelled"
    case .hostLost(let what): "the host was lost: \(what)"
    }
  }
}
