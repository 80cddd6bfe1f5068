/// What a worker process cost, by the operating system's own accounting (`wait4`).
public struct TaskUsage: Codable, Hashable, Sendable {
  /// Seconds from being given the task to being reaped.
  public var wallSeconds: Double
  /// CPU seconds in the process's own code.
  public var userSeconds: Double
  /// CPU seconds in the kernel on its behalf.
  public var systemSeconds: Double
  /// The largest resident set, in bytes.
  ///
  /// It counts the pages that are shared with the host too.
  public var peakMemoryBytes: Int
  /// What was read from disk and not from memory, in bytes.
  public var readBytes: Int

  /// No process ran.
  public static let none = TaskUsage(
    wallSeconds: 0, userSeconds: 0, systemSeconds: 0, peakMemoryBytes: 0, readBytes: 0)
}
