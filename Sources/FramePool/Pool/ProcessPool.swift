import CLinux
import FoundationEssentials
import Synchronization

/// A pool of worker processes for any ``PoolTask``.
///
/// ```swift
/// let squares = try await ProcessPool.run(hosts: [.local(slots: 4)]) { pool in
///   var results: [Int] = []
///   for await result in pool.map(Square.self, over: 1...1000, order: .input) {
///     results.append(try result.get())
///   }
///   return results
/// }
/// ```
///
/// Every input gets a worker process of its own, forked from a host that is started once: a worker
/// costs two or three milliseconds, so none is ever used twice. A worker that dies fails its own
/// input; a host that dies is replaced and its inputs are done again; when the parent dies, by
/// `kill -9` too, everything ends with it.
public final class ProcessPool: Sendable {
  private let core: PoolCore

  private init(_ core: PoolCore) {
    self.core = core
  }

  /// Starts the hosts, runs `body` and ends them again.
  ///
  /// The pool lives exactly as long as the call. When `body` returns or throws, or the task is
  /// cancelled, what still waits or runs is ended. A pool that is used later ends everything as
  /// cancelled.
  ///
  /// A host that has died shows as a failed write to it. SIGPIPE, which would end this program
  /// instead, is ignored from here on, unless the program has chosen what it does.
  ///
  /// - Parameters:
  ///   - hosts: Where workers run; at least one, and each with a command and a slot.
  ///   - body: Uses the pool.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws; before anything is started, a ``FramePoolError`` of class
  ///   `refused` for hosts with which there can be no pool.
  public static func run<Result: Sendable>(
    hosts: [PoolHost], _ body: @Sendable (ProcessPool) async throws -> Result
  ) async throws -> Result {
    guard !hosts.isEmpty else { throw FramePoolError(.refused, "a pool needs a host") }
    if let obstacle = hosts.lazy.compactMap(\.obstacle).first {
      throw FramePoolError(.refused, obstacle)
    }
    clinux_ignore_broken_pipes()
    let core = PoolCore(hosts)
    let pool = ProcessPool(core)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, host) in hosts.enumerated() {
        group.addTask { await HostConnection(index: index, host: host, core: core).run() }
      }
      defer { core.terminate() }
      return try await withTaskCancellationHandler {
        try await body(pool)
      } onCancel: {
        core.terminate()
      }
    }
  }

  /// Workers at once, over all hosts.
  public var slots: Int { core.slots }

  /// What the first host to start tells about itself: see
  /// ``Host/enterIfAsked(_:tasks:information:)``.
  ///
  /// - Throws: ``TaskFailure/hostLost(_:)`` when none can be started, ``TaskFailure/cancelled`` when
  ///   the pool has ended.
  public func hostInformation() async throws(TaskFailure) -> [String: String] {
    if let hello = await core.firstHello() {
      return hello.information.merging(["mode": hello.mode]) { own, _ in own }
    }
    throw core.fatal ?? .cancelled
  }

  /// Does one input and waits for it.
  ///
  /// Cancelling the calling task kills the worker.
  ///
  /// - Parameters:
  ///   - task: What to do.
  ///   - input: With what.
  ///   - timeout: Seconds after which the worker is killed, more than 0; nil or infinity for never.
  ///     They do not run while the pool is paused. With any other number the result is a failure of
  ///     class `refused`.
  /// - Returns: The output or the failure, and the cost.
  /// - Throws: What encoding the input throws.
  public func submit<Task: PoolTask>(
    _ task: Task.Type, _ input: Task.Input, timeout: Double? = nil
  ) async throws -> TaskResult<Task.Output> {
    let json = try TaskCoding.encode(input)
    let id = Mutex<UInt64?>(nil)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let job = core.enqueue(
          task: task.name, input: json, timeout: timeout, threads: task.threads(input)
        ) { event in
          if case .ended(let job, let ending) = event {
            continuation.resume(returning: TaskCoding.result(task, 0, job, ending))
          }
        }
        id.withLock { $0 = job }
        if _Concurrency.Task.isCancelled { core.cancel(job) }
      }
    } onCancel: {
      if let job = id.withLock({ $0 }) { core.cancel(job) }
    }
  }

  /// Does all inputs, several at a time.
  ///
  /// Inputs are taken from the sequence as workers become free, those of very short tasks some 50 ms
  /// ahead: a million inputs are not a million queued objects, and a slow reader slows the pool
  /// instead of filling memory. The sequence may wait for its next element as long as it likes:
  /// results that are there do not wait with it. When the pool ends while it waits, so do the results.
  ///
  /// - Parameters:
  ///   - task: What to do.
  ///   - inputs: With what; read lazily, on a thread that is there for nothing else.
  ///   - order: Whether results come as they complete or in the order of the inputs.
  ///   - timeout: Seconds after which a worker is killed: see ``submit(_:_:timeout:)``.
  ///   - observer: Told about starts and progress, on any thread.
  /// - Returns: A sequence of results, one for each input. Ending the iteration early, or
  ///   cancelling the task that iterates, kills the workers that still run for it.
  public func map<Task: PoolTask, Inputs: Sequence>(
    _ task: Task.Type, over inputs: sending Inputs, order: ResultOrder = .completion,
    timeout: Double? = nil,
    observer: (@Sendable (TaskEvent<Task.Progress>) -> Void)? = nil
  ) -> TaskResults<Task> where Inputs.Element == Task.Input {
    TaskResults(
      core: core, inputs: inputs, order: order, timeout: timeout, observer: observer)
  }

  /// Starts nothing more: inputs that wait end as cancelled, as do later ones.
  ///
  /// What runs goes on.
  public func drain() {
    core.drain()
  }

  /// Stops all workers where they are, and starts none until ``resume()``.
  ///
  /// The process groups of the workers are stopped (SIGSTOP); timeouts do not run meanwhile. What a
  /// worker has started that has left its group goes on. Cancelling and ending work as always.
  ///
  /// Returns when all hosts have done so, or after half a second: a host that is stuck does it when
  /// it can.
  public func pause() async {
    await core.pause()
  }

  /// Lets the workers go on that ``pause()`` has stopped.
  public func resume() {
    core.resume()
  }

  /// Returns when nothing waits or runs any more.
  public func waitUntilIdle() async {
    await core.waitUntilIdle()
  }

  /// Kills everything that runs; its inputs, and those that wait, end as cancelled.
  public func terminate() {
    core.terminate()
  }
}

/// The order in which ``ProcessPool/map(_:over:order:timeout:observer:)`` gives results.
public enum ResultOrder: Sendable {
  /// Each as soon as it is there.
  case completion
  /// In the order of the inputs.
  case input
}

/// Something that happened to an input on its way.
public enum TaskEvent<Progress: Sendable>: Sendable {
  /// A worker was started. `attempt` counts from 1.
  case started(index: Int, host: String, pid: Int32, attempt: Int)
  /// The worker reported.
  case progress(index: Int, Progress)
  /// The worker sent a piece of text: see ``TaskContext/send(part:)``. Those of an attempt come
  /// after its start and before the input's result; a further attempt begins anew.
  case part(index: Int, text: String)
}
