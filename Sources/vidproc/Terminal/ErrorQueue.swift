import Glibc

/// Texts on their way to standard error, and the thread that writes them.
///
/// @unchecked Sendable because all that changes is touched only under `mutex`; the pointers never
/// change. A condition variable, which Swift's own `Mutex` has not.
final class ErrorQueue: @unchecked Sendable {
  /// What may wait, in bytes; more makes the writers wait.
  private static let capacity = 16 << 20

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var thread: pthread_t?
  private var waiting = ""
  private var isWriting = false
  private var isOver = false

  /// Lives as long as the program.
  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  private func sync<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  private func wait(until isSo: () -> Bool) {
    while !isSo() { pthread_cond_wait(condition, mutex) }
  }

  /// Starts the thread; where the system has none to give, ``append(_:)`` takes nothing.
  func start() {
    sync {
      guard thread == nil else { return }
      isOver = false
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { queue in
          if let queue { Unmanaged<ErrorQueue>.fromOpaque(queue).takeUnretainedValue().work() }
          return nil
        }, Unmanaged.passUnretained(self).toOpaque())
      if status == 0 { self.thread = thread }
    }
  }

  /// Takes a text; false when no thread runs that would write it.
  func append(_ text: String) -> Bool {
    sync {
      guard thread != nil, !isOver else { return false }
      wait { waiting.utf8.count < Self.capacity }
      waiting += text
      pthread_cond_broadcast(condition)
      return true
    }
  }

  /// Whether nothing waits.
  var isDrained: Bool { sync { waiting.isEmpty && !isWriting } }

  /// Writes what is left and ends the thread.
  func finish() {
    let thread = sync {
      isOver = true
      pthread_cond_broadcast(condition)
      return self.thread
    }
    if let thread { pthread_join(thread, nil) }
    sync { self.thread = nil }
  }

  private func work() {
    while true {
      let text: String? = sync {
        isWriting = false
        pthread_cond_broadcast(condition)
        wait { !waiting.isEmpty || isOver }
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
