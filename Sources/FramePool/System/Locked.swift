/// A value that one thread at a time touches, in a worker.
///
/// Not `Mutex`: that one, like Swift's lazy initialisation, knows its owner by a thread number that
/// is looked up once for each thread. A fork's first thread keeps the number of the process that it
/// was forked from, and the kernel knows no owner of that number in it: when two threads want the
/// lock, neither gets it ever again.
final class Locked<Value>: @unchecked Sendable {
  // Sendable because `value` is touched only under the monitor's lock.
  private let monitor = Monitor()
  private var value: Value

  init(_ value: Value) {
    self.value = value
  }

  /// Does something with the value.
  func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try monitor.sync { () throws(Failure) -> Result in try body(&value) }
  }
}
