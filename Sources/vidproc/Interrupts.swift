import Glibc
import Synchronization

/// Ctrl-C and its like: taken by the main thread, handed to whoever wants them.
final class Interrupts: Sendable {
  static let shared = Interrupts()

  private struct State {
    var handler: (@Sendable (Int32) -> Void)?
    var received: Int32?
    /// Whether a handler will be there soon, for a signal that comes before it.
    var isHandlerExpected = false
    var early: Int32?
  }

  private let state = Mutex(State())

  private init() {}

  /// The first signal that came.
  var received: Int32? { state.withLock { $0.received } }

  /// Calls `handler` for each signal from now on.
  ///
  /// Without one a signal ends the process.
  func handle(_ handler: @escaping @Sendable (Int32) -> Void) {
    let early = state.withLock { state in
      state.handler = handler
      return state.early.take()
    }
    if let early { handler(early) }
  }

  /// Keeps the first signal that comes before ``handle(_:)`` for its handler; a second one ends the
  /// process.
  func expectHandler() {
    state.withLock { $0.isHandlerExpected = true }
  }

  /// Keeps the signals from all threads.
  ///
  /// Called before there is a second one, which inherits it.
  func block() {
    var set = Self.signals()
    pthread_sigmask(SIG_BLOCK, &set, nil)
    // A reader that goes away shows as a failed write.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Takes signals until the process ends.
  func serve() -> Never {
    var set = Self.signals()
    while true {
      var number: Int32 = 0
      guard sigwait(&set, &number) == 0 else { continue }
      let (handler, isKept) = state.withLock { state in
        let isKept = state.handler == nil && state.isHandlerExpected && state.received == nil
        if isKept { state.early = number }
        if state.received == nil { state.received = number }
        return (state.handler, isKept)
      }
      if isKept { continue }
      guard let handler else { ExitCode.exitInterrupted(by: number) }
      handler(number)
    }
  }

  private static func signals() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, number) }
    return set
  }
}
