import CLinux
import Glibc
import Synchronization

/// Ctrl-C and its like: taken by the main thread, handed to whoever wants them.
///
/// A signal that was ignored when the program began, as `nohup` does with SIGHUP and a shell with a
/// background job's SIGINT, stays ignored.
final class Interrupts: Sendable {
  static let shared = Interrupts()

  /// What is done about signals while a batch runs.
  struct Handler: Sendable {
    /// A signal that ends programs came; false when there is nothing left that could end more quickly
    /// than the process.
    var end: @Sendable (Int32) -> Bool
    /// Whether all is to end at once by now.
    var isEnding: @Sendable () -> Bool
    /// The program is about to be stopped, as by Ctrl-Z.
    var suspend: @Sendable () -> Void
    /// It goes on.
    var resume: @Sendable () -> Void
  }

  private struct State {
    var handler: Handler?
    var received: Int32?
    /// Whether a signal came that ends everything at once.
    var isEnding = false
  }

  /// Seconds.
  private static let patience = 10

  private let state = Mutex(State())

  private init() {}

  /// The first signal that a handler got.
  var received: Int32? { state.withLock { $0.received } }

  /// Lets a handler take the signals while `body` runs.
  ///
  /// Before and after that a signal ends the process at once.
  ///
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  func handle<Result: Sendable>(
    _ handler: Handler, during body: @Sendable () async throws -> Result
  ) async throws -> Result {
    state.withLock { $0.handler = handler }
    defer { state.withLock { $0.handler = nil } }
    return try await body()
  }

  /// Keeps the signals from all threads.
  ///
  /// Called before there is a second one, which inherits it.
  func block() {
    var set = Self.signals()
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Takes signals until the process ends.
  func serve() -> Never {
    var set = Self.signals()
    while true {
      // What was told to end at once and has not is not waited for.
      var limit = timespec(tv_sec: Self.patience, tv_nsec: 0)
      let isEnding = state.withLock { $0.isEnding && $0.handler != nil }
      let number = isEnding ? sigtimedwait(&set, nil, &limit) : sigwaitinfo(&set, nil)
      switch number {
      case SIGTSTP: stop()
      case 1...: take(number)
      default:
        if isEnding, errno == EAGAIN { ExitCode.exitInterrupted(by: received ?? SIGTERM) }
      }
    }
  }

  private func take(_ number: Int32) {
    let handler: Handler? = state.withLock { state in
      if state.handler != nil, state.received == nil { state.received = number }
      return state.handler
    }
    guard let handler, handler.end(number) else { ExitCode.exitInterrupted(by: number) }
    state.withLock { $0.isEnding = $0.isEnding || handler.isEnding() }
  }

  /// Stops the process, as the signal would that was taken, and what works for it before.
  private func stop() {
    let handler = state.withLock { $0.handler }
    handler?.suspend()
    raise(SIGSTOP)
    handler?.resume()
  }

  private static func signals() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGTSTP] where clinux_is_ignored(number) == 0 {
      sigaddset(&set, number)
    }
    return set
  }
}
