import CLinux
import Glibc

/// A thread in a worker, or one in a parent that may wait for what no task should wait for.
///
/// It must be joined, or let go of.
package struct WorkerThread {
  private let thread: pthread_t

  /// Whether threads may be started at all: not beside the first thread of a fork, see ``Locked``.
  ///
  /// Set once, before anything else is done.
  nonisolated(unsafe) static var areAllowed = true

  private final class Start {
    let name: String
    let body: () -> Void

    init(_ name: String, _ body: @escaping () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Starts a thread; nil when none may be started, or the system has none to give.
  ///
  /// - Parameters:
  ///   - name: What `top -H` shows, at most 15 bytes.
  ///   - body: Its work.
  package init?(_ name: String, _ body: @escaping @Sendable () -> Void) {
    do { try self.init(starting: name, body) } catch { return nil }
  }

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - name: What `top -H` shows, at most 15 bytes.
  ///   - body: Its work.
  /// - Throws: What the system has too little of.
  init(
    starting name: String, _ body: @escaping @Sendable () -> Void
  ) throws(FramePoolError) {
    guard Self.areAllowed else { throw FramePoolError(.internal, "threads are not allowed here") }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(name, body))
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        clinux_set_process_name(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    guard status == 0 else {
      start.release()
      throw Shortage.thread.error(status)
    }
    self.thread = thread
  }

  /// Lets it run on its own, to its end.
  package func detach() {
    pthread_detach(thread)
  }

  /// Waits for its end.
  package func join() {
    pthread_join(thread, nil)
  }
}
