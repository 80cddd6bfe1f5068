import FramePool

/// Texts on their way to standard error, and the thread that writes them.
///
/// @unchecked Sendable because all that changes is touched only under `monitor`.
final class ErrorQueue: @unchecked Sendable {
  /// What may wait, in bytes; more makes the writers wait.
  private static let capacity = 16 << 20

  private let monitor = Monitor()
  private var thread: WorkerThread?
  private var waiting = ""
  private var isWriting = false
  private var isOver = false

  /// Starts the thread; where the system has none to give, ``append(_:)`` takes nothing.
  func start() {
    monitor.sync {
      guard thread == nil else { return }
      isOver = false
      thread = WorkerThread("vp:errors") { [self] in work() }
    }
  }

  /// Takes a text; false when no thread runs that would write it.
  func append(_ text: String) -> Bool {
    monitor.sync {
      guard thread != nil, !isOver else { return false }
      monitor.wait { waiting.utf8.count < Self.capacity }
      waiting += text
      monitor.wakeAll()
      return true
    }
  }

  /// Whether nothing waits.
  var isDrained: Bool { monitor.sync { waiting.isEmpty && !isWriting } }

  /// Writes what is left and ends the thread.
  func finish() {
    let thread = monitor.sync {
      isOver = true
      monitor.wakeAll()
      return self.thread
    }
    thread?.join()
    monitor.sync { self.thread = nil }
  }

  private func work() {
    while true {
      let text: String? = monitor.sync {
        isWriting = false
        monitor.wakeAll()
        monitor.wait { !waiting.isEmpty || isOver }
        guard !waiting.isEmpty else { return nil }
        defer { waiting = "" }
        isWriting = true
        return waiting
      }
      guard let text else { return }
      StandardError.writeNow(text)
    }
  }
}
