/// A piece of work that a ``ProcessPool`` does in worker processes: a name, an input and an output
/// that can cross a process border, and a function.
///
/// ```swift
/// enum Square: PoolTask {
///   static let name = "square"
///   static func run(_ input: Int, _ context: inout TaskContext<NoProgress>) throws -> Int {
///     input * input
///   }
/// }
/// ```
///
/// The function runs in a process of its own, forked for this one input: it may crash, leak or be
/// killed without harm to anything but its own result.
public protocol PoolTask: SendableMetatype {
  /// What the function is given.
  associatedtype Input: Codable & Sendable
  /// What it returns.
  associatedtype Output: Codable & Sendable
  /// What it reports on the way.
  associatedtype Progress: Codable & Sendable = NoProgress

  /// The task's name on the wire; unique among the tasks of a program.
  static var name: String { get }

  /// Work that is done once in each host, before any worker is forked from it: what it loads, all
  /// workers share. It must not start threads. Does nothing unless implemented.
  ///
  /// - Parameter arguments: What ``PoolHost/local(slots:program:warmUp:execWorkers:)`` was given;
  ///   later also what workers asked for by ``TaskContext/requestWarmUp(_:)``, one argument a call.
  /// - Throws: Anything; the host then does not start, and the pool says why.
  static func warmUp(_ arguments: [String]) throws

  /// How many threads the work runs at once; one unless implemented.
  ///
  /// Its host gives it no more CPUs than that, nor more than the other workers leave.
  ///
  /// - Parameter input: As it was given to the pool.
  /// - Returns: Threads, at least 1.
  static func threads(_ input: Input) -> Int

  /// The longest output that is taken, in bytes of JSON; 16 MiB unless implemented.
  ///
  /// A worker that a hostile input has taken over may send anything. Its host ends one that sends
  /// more than this.
  static var maximumResult: Int { get }

  /// Looks at an output that has come from a worker, called once in the parent.
  ///
  /// What a worker says need not be what ``run(_:_:)`` returned: a hostile input may have taken the
  /// worker over. Here is the place to put numbers within their bounds and to refuse nonsense.
  ///
  /// - Parameter output: As it was decoded.
  /// - Returns: The output to use; the same unless implemented.
  /// - Throws: Anything; the result is ``TaskFailure/malformedResult(_:)`` then.
  static func accept(_ output: Output) throws -> Output

  /// Looks at a report that has come from a worker, called once in the parent.
  ///
  /// - Parameter progress: As it was decoded.
  /// - Returns: The report to use, the same unless implemented; nil for none.
  static func accept(_ progress: Progress) -> Progress?

  /// The work, called in a worker process.
  ///
  /// - Parameters:
  ///   - input: As it was given to the pool.
  ///   - context: For reporting progress.
  /// - Returns: The result, which is sent to the parent.
  /// - Throws: Anything; a ``FramePoolError`` keeps its class across the process border.
  static func run(_ input: Input, _ context: inout TaskContext<Progress>) throws -> Output
}

extension PoolTask {
  /// Does nothing.
  public static func warmUp(_ arguments: [String]) throws {}

  /// One.
  public static func threads(_ input: Input) -> Int { 1 }

  /// 16 MiB.
  public static var maximumResult: Int { 16 << 20 }

  /// The same.
  public static func accept(_ output: Output) throws -> Output { output }

  /// The same.
  public static func accept(_ progress: Progress) -> Progress? { progress }
}

/// The progress of a task that reports none.
public struct NoProgress: Codable, Sendable, Hashable {}
