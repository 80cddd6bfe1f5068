/// The results of a ``ProcessPool/map(_:over:order:timeout:observer:)``, pulled by whoever
/// iterates.
///
/// Iterate it once.
public struct TaskResults<Task: PoolTask>: AsyncSequence {
  /// An input's output or failure, and its cost.
  public typealias Element = TaskResult<Task.Output>
  /// A failure is part of a result; the sequence itself has none.
  public typealias Failure = Never

  private let state: ResultQueue<Task>

  init(
    core: PoolCore, inputs: sending some Sequence<Task.Input>, order: ResultOrder,
    timeout: Double?, observer: (@Sendable (TaskEvent<Task.Progress>) -> Void)?
  ) {
    state = ResultQueue(
      core: core, inputs: inputs, order: order, timeout: timeout, observer: observer)
  }

  /// Gives the results one by one.
  public final class AsyncIterator: AsyncIteratorProtocol {
    private let state: ResultQueue<Task>

    init(_ state: ResultQueue<Task>) {
      self.state = state
    }

    deinit {
      state.abandon()
    }

    /// The next result, or nil after the last.
    public func next() async -> TaskResult<Task.Output>? {
      await state.next()
    }
  }

  /// Begins the iteration.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(state)
  }
}
