import Glibc
import Synchronization

/// A hand on a running batch: to let it end early, gently or at once.
public final class BatchControl: Sendable {
  private struct State {
    var pool: ProcessPool?
    var isDraining = false
    var isTerminated = false
  }

  private let state = Mutex(State())

  /// Makes a control for one batch.
  public init() {}

  /// Whether the batch was asked to end early.
  public var isInterrupted: Bool { state.withLock { $0.isDraining || $0.isTerminated } }

  /// Whether nothing more is to be done.
  package var isTerminated: Bool { state.withLock { $0.isTerminated } }

  /// Lets running videos finish and starts no other.
  public func drain() {
    let pool = state.withLock { state in
      state.isDraining = true
      return state.pool
    }
    pool?.drain()
  }

  /// Ends running videos at once.
  public func terminate() {
    let pool = state.withLock { state in
      state.isTerminated = true
      return state.pool
    }
    pool?.terminate()
  }

  /// Stops running videos until ``resume()``; their time limits do not run.
  ///
  /// Returns when they have stopped, or cannot be reached within half a second: for a thread that takes
  /// signals and has nothing else to wait for.
  public func pause() {
    guard let pool = state.withLock({ $0.pool }) else { return }
    let isDone = Done()
    Task {
      await pool.pause()
      isDone.value.store(true, ordering: .releasing)
    }
    for _ in 0..<120 where !isDone.value.load(ordering: .acquiring) { usleep(5000) }
  }

  private final class Done: Sendable {
    let value = Atomic<Bool>(false)
  }

  /// Lets them go on.
  public func resume() {
    state.withLock { $0.pool }?.resume()
  }

  func attach(_ pool: ProcessPool) {
    let (drains, terminates) = state.withLock { state in
      state.pool = pool
      return (state.isDraining, state.isTerminated)
    }
    if drains { pool.drain() }
    if terminates { pool.terminate() }
  }
}
