import Glibc

/// A lock with a condition to wait for, for threads that are no tasks: a codec's or a filter's work
/// must not hold up Swift's own threads, of which a worker has none.
///
/// Owns a `pthread_mutex_t` and a `pthread_cond_t`.
package final class Monitor: @unchecked Sendable {
  // Sendable because the pointers never change and the functions are made for any thread.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Does something that no other thread does at the same time.
  package func sync<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Waits for something to be so; only within ``sync(_:)``.
  package func wait(until isSo: () -> Bool) {
    while !isSo() { pthread_cond_wait(condition, mutex) }
  }

  /// Wakes all who wait.
  package func wakeAll() {
    pthread_cond_broadcast(condition)
  }
}
