import Glibc

/// A worker's line to its parent while it works.
public struct TaskContext<Progress: Codable & Sendable>: ~Copyable {
  private let channel: WorkerChannel
  /// Begins with the task: one that is over sooner than a report is due sends none.
  private var lastReport = MonotonicClock.now()

  /// The shortest time between two reports that are worth sending, in nanoseconds.
  ///
  /// The host thins out what comes faster.
  private static var interval: UInt64 { 100_000_000 }

  init(_ channel: WorkerChannel) {
    self.channel = channel
  }

  /// Whether enough time has passed since the last report for another one.
  ///
  /// Asking costs as much as reading a clock.
  public var isReportDue: Bool {
    MonotonicClock.now() &- lastReport >= Self.interval
  }

  /// Asks the host to call the task's warm-up with `argument` before it forks the next worker: what
  /// this worker had to load late, later ones find loaded.
  ///
  /// - Parameter argument: At most 64 bytes; one with a line's end in it is not sent. A host hears
  ///   each argument once, and eight in all.
  public func requestWarmUp(_ argument: String) {
    guard !argument.utf8.contains(0x0A) else { return }
    channel.send(.warmUp, argument.utf8)
  }

  /// Sends a piece of text to the parent.
  ///
  /// Unlike reports, none is left out, and they arrive in order and before the result:
  /// ``TaskEvent/part(index:text:)``. Waits while the parent is behind.
  ///
  /// - Parameter text: Any text of less than 1 MiB; all of a worker's together at most 4 GiB, or it
  ///   is ended.
  public func send(part text: String) {
    // A line's end would end the line, and what follows would be another.
    if text.utf8.contains(0x0A), let json = try? JSONCoding.bytes(text) {
      channel.send(.encodedPart, json)
    } else {
      channel.send(.part, text.utf8)
    }
  }

  /// Sends a report to the parent.
  ///
  /// - Throws: What encoding `progress` throws.
  public mutating func report(_ progress: Progress) throws {
    lastReport = MonotonicClock.now()
    try channel.send(.progress, JSONCoding.bytes(progress))
  }
}
