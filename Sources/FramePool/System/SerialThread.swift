import Glibc

/// A thread for work that waits for a disk, one piece after the other: Swift's own threads are as few
/// as CPUs, and one that waits is missing to all else.
///
/// It is started with the first piece and ends when nobody holds this any more.
final class SerialThread: Sendable {
  /// What the two sides share, all of it under `monitor`.
  ///
  /// @unchecked Sendable for that reason.
  private final class Queue: @unchecked Sendable {
    let monitor = Monitor()
    var pieces: [() -> Void] = []
    var isStarted = false
    var isOver = false

    func work() {
      while true {
        let next: [() -> Void]? = monitor.sync {
          monitor.wait { !pieces.isEmpty || isOver }
          defer { pieces = [] }
          return pieces.isEmpty ? nil : pieces
        }
        guard let next else { return }
        for piece in next { piece() }
      }
    }
  }

  private let queue = Queue()

  deinit {
    queue.monitor.sync {
      queue.isOver = true
      queue.monitor.wakeAll()
    }
  }

  /// Does a piece of work and waits for it; here and now where no thread is to be had.
  func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    guard start() else { return body() }
    return await withCheckedContinuation { continuation in
      queue.monitor.sync {
        queue.pieces.append { continuation.resume(returning: body()) }
        queue.monitor.wakeAll()
      }
    }
  }

  /// Starts the thread, unless it runs; false when the system has none to give.
  private func start() -> Bool {
    queue.monitor.sync {
      if queue.isStarted { return true }
      guard let thread = WorkerThread("vp:outputs", { [queue] in queue.work() }) else {
        return false
      }
      thread.detach()
      queue.isStarted = true
      return true
    }
  }
}
