import Synchronization

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

/// Inputs handed to the pool ahead of the reader, and results that wait for it.
///
/// @unchecked Sendable because `inputs`, a lazy iterator of any kind, is touched only under
/// `lock`, as all mutable state is.
final class ResultQueue<Task: PoolTask>: @unchecked Sendable {
  private struct State {
    var nextIndex = 0
    var nextOut = 0
    var inFlight: [Int: UInt64] = [:]
    var ready: [Int: TaskResult<Task.Output>] = [:]
    /// The order in which the results in `ready` came.
    var arrivals: [Int] = []
    var inputsEnded = false
    var isAbandoned = false
    var isFilling = false
    var waiter: CheckedContinuation<TaskResult<Task.Output>?, Never>?
  }

  private let core: PoolCore
  private let order: ResultOrder
  private let timeout: Double?
  private let observer: (@Sendable (TaskEvent<Task.Progress>) -> Void)?
  private let lock = Mutex(())
  private var inputs: () -> Task.Input?
  private var state = State()

  init(
    core: PoolCore, inputs: sending some Sequence<Task.Input>, order: ResultOrder,
    timeout: Double?, observer: (@Sendable (TaskEvent<Task.Progress>) -> Void)?
  ) {
    self.core = core
    self.order = order
    self.timeout = timeout
    self.observer = observer
    var iterator = inputs.makeIterator()
    self.inputs = { iterator.next() }
  }

  func next() async -> TaskResult<Task.Output>? {
    fill()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: TaskResult<Task.Output>?? = lock.withLock { _ in
          if let result = takeReady() { return .some(result) }
          if state.inFlight.isEmpty, state.inputsEnded || state.isAbandoned { return .some(nil) }
          state.waiter = continuation
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      abandon()
    }
  }

  /// Hands inputs to the pool until it has enough.
  ///
  /// A job may end while it is handed in, which asks for more: one call at a time does it all.
  private func fill() {
    let isMine = lock.withLock { _ in
      defer { state.isFilling = true }
      return !state.isFilling
    }
    guard isMine else { return }
    while let (index, input) = takeInput() {
      let json: String
      do {
        json = try TaskCoding.encode(input)
      } catch {
        complete(
          index,
          TaskResult(
            index: index, outcome: .failure(.threw(.internal, message: "\(error)")), attempts: 0,
            usage: .none, queuedSeconds: 0, log: ""))
        continue
      }
      let id = core.enqueue(
        task: Task.name, input: json, timeout: timeout, threads: Task.threads(input)
      ) { [self] event in
        observe(index, event)
      }
      let isAbandoned = lock.withLock { _ in
        // It may have ended already.
        if state.inFlight[index] != nil { state.inFlight[index] = id }
        return state.isAbandoned
      }
      if isAbandoned { core.cancel(id) }
    }
  }

  private func takeInput() -> (Int, Task.Input)? {
    let (capacity, slots) = (core.capacity, core.slots)
    return lock.withLock { _ in
      guard !state.inputsEnded, !state.isAbandoned, state.inFlight.count < capacity,
        state.ready.count < max(capacity, slots * 2)
      else {
        state.isFilling = false
        return nil
      }
      guard let input = inputs() else {
        state.inputsEnded = true
        state.isFilling = false
        return nil
      }
      defer { state.nextIndex += 1 }
      state.inFlight[state.nextIndex] = 0
      return (state.nextIndex, input)
    }
  }

  private func observe(_ index: Int, _ event: PoolJob.Event) {
    switch event {
    case .started(let job):
      observer?(
        .started(
          index: index, host: job.host ?? "", pid: job.pid ?? 0, attempt: job.attempts))
    case .progress(_, let body):
      guard let observer, let progress = try? TaskCoding.decode(Task.Progress.self, body) else {
        return
      }
      observer(.progress(index: index, progress))
    case .part(_, let text): observer?(.part(index: index, text: text))
    case .ended(let job, let ending):
      complete(index, TaskCoding.result(index, job, ending))
    }
  }

  private func complete(_ index: Int, _ result: TaskResult<Task.Output>) {
    let (waiter, answer) = lock.withLock { _ in
      state.inFlight[index] = nil
      state.ready[index] = result
      if order == .completion { state.arrivals.append(index) }
      guard let waiter = state.waiter, let answer = takeReady() else {
        return (nil as CheckedContinuation<TaskResult<Task.Output>?, Never>?, result)
      }
      state.waiter = nil
      return (waiter, answer)
    }
    waiter?.resume(returning: answer)
    // The slot need not wait for the reader.
    fill()
  }

  /// The result whose turn it is, if it is there.
  ///
  /// Under the lock.
  private func takeReady() -> TaskResult<Task.Output>? {
    switch order {
    case .completion:
      guard !state.arrivals.isEmpty else { return nil }
      return state.ready.removeValue(forKey: state.arrivals.removeFirst())
    case .input:
      guard let result = state.ready.removeValue(forKey: state.nextOut) else { return nil }
      state.nextOut += 1
      return result
    }
  }

  /// Nobody wants the results any more: takes no more inputs and ends what was handed in.
  func abandon() {
    let running = lock.withLock { _ in
      state.isAbandoned = true
      return state.inFlight.values.filter { $0 != 0 }
    }
    for id in running { core.cancel(id) }
  }
}
