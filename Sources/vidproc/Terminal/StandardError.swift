import FramePool
import Glibc

/// Standard error, unbuffered; while a batch runs, by a thread of its own, so that a terminal that is
/// stopped (Ctrl-S) or a pager that nobody turns does not hold up the work.
enum StandardError {
  private static let queue = ErrorQueue()

  /// Writes a text in one call, so that it is not interleaved with another's.
  static func write(_ text: String) {
    if !queue.append(text) { writeNow(text) }
  }

  /// Whether all that was written has been taken: a drawing that is replaced in a moment can be left
  /// out until then.
  static var isDrained: Bool { queue.isDrained }

  /// Lets a thread do the writing while `body` runs, and waits for it at the end.
  static func whileWriting<Result>(
    _ body: () async throws -> Result
  ) async rethrows -> Result {
    queue.start()
    defer { queue.finish() }
    return try await body()
  }

  /// Writes, waiting as long as it takes.
  static func writeNow(_ text: String) {
    DescriptorIO.write(Array(text.utf8), to: STDERR_FILENO)
  }

  /// Whether it is a terminal.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether it is a terminal whose cursor can be moved.
  static var hasCursor: Bool {
    let kind = getenv("TERM").map { String(cString: $0) } ?? ""
    return isTerminal && !kind.isEmpty && kind != "dumb"
  }
}
