import DequeModule

/// Inputs handed to the pool ahead of the reader, and results that wait for it.
///
/// The inputs' iterator may wait for what it likes, a pipe or the network. It is called on a thread of
/// its own, the feeder, and under no lock. All state is changed in ``change(_:)``, which wakes whoever
/// can go on by it; so nobody waits for what has come already.
///
/// @unchecked Sendable because `state` is touched only under `monitor`, and `inputs`, a lazy iterator
/// of any kind, only by the feeder, or by the reader where there is no feeder.
final class ResultQueue<Task: PoolTask>: @unchecked Sendable {
  private typealias Continuation = CheckedContinuation<TaskResult<Task.Output>?, Never>

  private struct State {
    var nextIndex = 0
    var nextOut = 0
    /// The pool's numbers of the jobs under way; 0 while one is handed in.
    var inFlight: [Int: UInt64] = [:]
    var ready: [Int: TaskResult<Task.Output>] = [:]
    /// The order in which the results in `ready` came.
    var arrivals: Deque<Int> = []
    var inputsEnded = false
    var isAbandoned = false
    var hasBegun = false
    /// Why there is no feeder.
    var shortage: FramePoolError?
    /// Whether the feeder waits until more is wanted.
    var isFeederIdle = false
    /// The pool's room when the feeder last looked, which is as good for deciding whether to wake it.
    var room = (slots: 0, capacity: 0)
    /// Which call of the iterator the feeder is in; nil when in none.
    var call: Int?
    /// What the pool knows the queue by.
    var closeNumber: UInt64?
    var waiters: Deque<Continuation> = []
  }

  /// An input that the pool has, and the pool's number of it.
  private struct Handed {
    let index: Int
    let id: UInt64
  }

  /// What a reader is given.
  private enum Answer {
    case result(TaskResult<Task.Output>)
    case end
  }

  private let core: PoolCore
  private let order: ResultOrder
  private let timeout: Double?
  private let observer: (@Sendable (TaskEvent<Task.Progress>) -> Void)?
  private let monitor = Monitor()
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

  // MARK: - The reader

  func next() async -> TaskResult<Task.Output>? {
    begin()
    if let shortage = monitor.sync({ state.shortage }) { return failNext(shortage) }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        change { $0.waiters.append(continuation) }
      }
    } onCancel: {
      abandon()
    }
  }

  /// Nobody wants the results any more: takes no more inputs and ends what was handed in.
  func abandon() {
    let (running, number) = change { state in
      state.isAbandoned = true
      return (state.inFlight.values.filter { $0 != 0 }, state.closeNumber.take())
    }
    for id in running { core.cancel(id) }
    if let number { core.forget(number) }
  }

  /// Changes the state and lets everybody go on who can by it.
  @discardableResult
  private func change<Value>(_ body: (inout State) -> Value) -> Value {
    var answers: [(Continuation, TaskResult<Task.Output>?)] = []
    let value = monitor.sync {
      let value = body(&state)
      while !state.waiters.isEmpty, let answer = takeAnswer() {
        let waiter = state.waiters.removeFirst()
        switch answer {
        case .result(let result): answers.append((waiter, result))
        case .end: answers.append((waiter, nil))
        }
      }
      if state.isFeederIdle, isFeederWanted() {
        state.isFeederIdle = false
        monitor.wakeAll()
      }
      return value
    }
    for (waiter, result) in answers { waiter.resume(returning: result) }
    return value
  }

  /// The result whose turn it is, or the end; nil when there is something to wait for.
  ///
  /// Under the lock.
  private func takeAnswer() -> Answer? {
    switch order {
    case .completion:
      if let index = state.arrivals.popFirst(), let result = state.ready.removeValue(forKey: index)
      {
        return .result(result)
      }
    case .input:
      if let result = state.ready.removeValue(forKey: state.nextOut) {
        state.nextOut += 1
        return .result(result)
      }
    }
    return state.inFlight.isEmpty && (state.inputsEnded || state.isAbandoned) ? .end : nil
  }

  /// The next input as a failure, where there is no thread that could hand it to the pool.
  private func failNext(_ shortage: FramePoolError) -> TaskResult<Task.Output>? {
    guard !monitor.sync({ state.isAbandoned }), inputs() != nil else { return nil }
    let index = change { state in
      defer { state.nextIndex += 1 }
      return state.nextIndex
    }
    return Self.failure(index, shortage.code, shortage.message)
  }

  private static func failure(
    _ index: Int, _ code: FramePoolError.Code, _ message: String
  ) -> TaskResult<Task.Output> {
    TaskResult(
      index: index, outcome: .failure(.threw(code, message: message)), attempts: 0,
      usage: .none, queuedSeconds: 0, log: "")
  }

  // MARK: - The feeder

  /// Starts the feeder at the first call.
  private func begin() {
    let isMine = change { state in
      defer { state.hasBegun = true }
      return !state.hasBegun
    }
    guard isMine else { return }
    do throws(FramePoolError) {
      try WorkerThread(starting: "vp:inputs") { [self] in feed() }.detach()
    } catch {
      change { $0.shortage = error }
      return
    }
    let number = core.whenClosed { [weak self] in self?.close() }
    let isAbandoned = change { state in
      state.closeNumber = number
      return state.isAbandoned
    }
    if isAbandoned { core.forget(number) }
  }

  /// Hands inputs to the pool whenever it wants more, until there are none.
  private func feed() {
    var handed: Handed?
    while let room = waitForRoom() {
      // All that there is room for; then it is looked anew how much that is.
      for _ in 0..<room {
        guard let index = enterIterator(noting: handed) else { return }
        let input = inputs()
        guard leaveIterator(hasInput: input != nil), let input else { return }
        handed = hand(index, input)
      }
      if let handed { note(handed) }
      handed = nil
    }
  }

  /// Waits until inputs are wanted; gives how many, and nil when none are wanted any more.
  private func waitForRoom() -> Int? {
    monitor.sync {
      while true {
        state.room = core.room
        let free = wanted()
        if state.isAbandoned || state.inputsEnded { return nil }
        if free > 0 { return free }
        state.isFeederIdle = true
        monitor.wait { !state.isFeederIdle }
      }
    }
  }

  /// How many inputs the pool can be given.
  ///
  /// Under the lock.
  private func wanted() -> Int {
    let room = state.room
    guard state.ready.count < max(room.capacity, room.slots.saturatingMultiply(2)) else { return 0 }
    return max(0, room.capacity - state.inFlight.count)
  }

  /// Whether it is worth waking the feeder: not for each of many jobs that are handed in ahead.
  ///
  /// Under the lock.
  private func isFeederWanted() -> Bool {
    if state.isAbandoned || state.inputsEnded { return true }
    let (room, free) = (state.room, wanted())
    return free > (room.capacity - room.slots) / 4 || free > 0 && state.inFlight.isEmpty
  }

  /// Takes the number of the next input, and note of the one before it; nil when no other is wanted
  /// any more.
  private func enterIterator(noting handed: Handed?) -> Int? {
    let (index, unwanted): (Int?, Handed?) = monitor.sync {
      let unwanted = handed.flatMap { takeNote($0) }
      guard !state.isAbandoned, !state.inputsEnded else { return (nil, unwanted) }
      state.call = state.nextIndex
      return (state.nextIndex, unwanted)
    }
    if let unwanted { core.cancel(unwanted.id) }
    return index
  }

  private func note(_ handed: Handed) {
    if let unwanted = monitor.sync({ takeNote(handed) }) { core.cancel(unwanted.id) }
  }

  /// Keeps the pool's number of a job, so that it can be cancelled; gives it back where that should
  /// have been done already.
  ///
  /// Under the lock.
  private func takeNote(_ handed: Handed) -> Handed? {
    // It may have ended already.
    guard state.inFlight[handed.index] != nil else { return nil }
    state.inFlight[handed.index] = handed.id
    return state.isAbandoned ? handed : nil
  }

  /// Takes note of an input, or of there being no other; false when it comes too late.
  private func leaveIterator(hasInput: Bool) -> Bool {
    change { state in
      state.call = nil
      guard hasInput, !state.isAbandoned, !state.inputsEnded else {
        state.inputsEnded = true
        return false
      }
      state.inFlight[state.nextIndex] = 0
      state.nextIndex += 1
      return true
    }
  }

  private func hand(_ index: Int, _ input: Task.Input) -> Handed? {
    let json: String
    do {
      json = try TaskCoding.encode(input)
    } catch {
      complete(index, Self.failure(index, .internal, "\(error)"))
      return nil
    }
    let id = core.enqueue(
      task: Task.name, input: json, timeout: timeout, threads: Task.threads(input)
    ) { [self] event in
      observe(index, event)
    }
    return Handed(index: index, id: id)
  }

  // MARK: - The pool

  private func observe(_ index: Int, _ event: PoolJob.Event) {
    switch event {
    case .started(let job):
      observer?(
        .started(
          index: index, host: job.host ?? "", pid: job.pid ?? 0, attempt: job.attempts))
    case .progress(_, let body):
      guard let observer, let progress = TaskCoding.progress(Task.self, body) else { return }
      observer(.progress(index: index, progress))
    case .part(_, let text): observer?(.part(index: index, text: text))
    case .ended(let job, let ending):
      complete(index, TaskCoding.result(Task.self, index, job, ending))
    }
  }

  private func complete(_ index: Int, _ result: TaskResult<Task.Output>) {
    change { state in
      state.inFlight[index] = nil
      state.ready[index] = result
      if order == .completion { state.arrivals.append(index) }
    }
  }

  /// The pool starts nothing any more.
  ///
  /// Each input still has its result, cancelled, as long as inputs come at once. One that the
  /// iterator waits for, for a second or so, is none.
  private func close() {
    _Concurrency.Task.detached { [weak self] in
      var last: Int?
      while let call = self?.callUnlessEnded() {
        if let last, call == last { self?.giveUp(call) }
        last = call
        try? await _Concurrency.Task.sleep(for: .milliseconds(700))
      }
    }
  }

  /// Which call of the iterator the feeder is in, -1 for none; nil when there will be no other.
  private func callUnlessEnded() -> Int? {
    monitor.sync { state.inputsEnded || state.isAbandoned ? nil : state.call ?? -1 }
  }

  private func giveUp(_ call: Int) {
    change { state in
      if state.call == call { state.inputsEnded = true }
    }
  }
}
