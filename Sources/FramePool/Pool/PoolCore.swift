import DequeModule
import Synchronization

/// The pool's bookkeeping: which jobs wait, which run where, which hosts are there.
///
/// It starts and reads nothing itself; the hosts' connections call it.
///
/// One lock guards all of it. Observers are called after it is let go.
final class PoolCore: Sendable {
  /// How many hosts may die under a job, and how many in a row before they say hello, before the
  /// pool gives the job or the host up.
  static let patience = 3

  /// How many in a row may die with a hello and without having done a job.
  ///
  /// A host cannot tell which job killed it; so those that it had are done again alone, one after
  /// the other, and each that kills its hosts costs three. Ten of them in a row are a host that
  /// does no work.
  static let barrenPatience = 32

  private enum Phase {
    case open
    case draining
    case terminated
  }

  private struct State {
    var nextID: UInt64 = 1
    var pending: Deque<PoolJob> = []
    /// Jobs under which a host died, each with that host: done again alone, in this order.
    var suspects: [(job: PoolJob, host: Int)] = []
    var running: [UInt64: (job: PoolJob, host: Int)] = [:]
    var hosts: [HostState]
    var phase = Phase.open
    /// Whether workers are stopped, the number of the last request for it, and who waits for that.
    var isPaused = false
    var pauseNumber: UInt64 = 0
    var pauseWaiters: [CheckedContinuation<Void, Never>] = []
    /// The last request that is not waited for any more.
    var unawaitedPause: UInt64 = 0
    /// Told when nothing is started any more.
    var closeObservers: [UInt64: @Sendable () -> Void] = [:]
    /// Why the pool can do nothing any more.
    var fatal: TaskFailure?
    /// Waits for the first host, or for no job to be left.
    var helloWaiters: [CheckedContinuation<Wire.Report.Hello?, Never>] = []
    var idleWaiters: [CheckedContinuation<Void, Never>] = []
  }

  private typealias Calls = [(observer: @Sendable (PoolJob.Event) -> Void, event: PoolJob.Event)]

  private let state: Mutex<State>

  init(_ hosts: [PoolHost]) {
    state = Mutex(State(hosts: hosts.map { HostState($0) }))
  }

  /// Workers at once, over all hosts.
  var slots: Int { room.slots }

  /// Workers at once, and how many jobs can be under way: those that run, and those that hosts keep
  /// for later.
  var room: (slots: Int, capacity: Int) {
    state.withLock { state in
      state.hosts.reduce((slots: 0, capacity: 0)) {
        ($0.slots.saturatingAdd($1.host.slots), $0.capacity.saturatingAdd($1.limit))
      }
    }
  }

  private func update<T>(_ body: (inout State, inout Calls) -> sending T) -> T {
    var calls: Calls = []
    let (result, hasWaiters) = state.withLock { state in
      let result = body(&state, &calls)
      Self.dispatch(&state, &calls)
      return (result, !state.idleWaiters.isEmpty || !state.pauseWaiters.isEmpty)
    }
    for call in calls { call.observer(call.event) }
    // After the observers, which may hand in more. Whoever has come to wait since looks for itself.
    if hasWaiters { wakeWaiters() }
    return result
  }

  // MARK: - Jobs

  /// Takes a job in.
  ///
  /// - Parameters:
  ///   - task: The task's name.
  ///   - input: The task's input, as JSON.
  ///   - timeout: Seconds after which the worker is killed; nil or infinity for never.
  ///   - threads: How many threads its worker may run.
  ///   - observer: Is told what becomes of it.
  /// - Returns: Its number, for ``cancel(_:)``.
  @discardableResult
  func enqueue(
    task: String, input: String, timeout: Double?, threads: Int,
    observer: @escaping @Sendable (PoolJob.Event) -> Void
  ) -> UInt64 {
    let isRefused = timeout.map { !($0 > 0) } ?? false
    let limit = timeout.flatMap { $0 <= Wire.maximumSeconds ? $0 : nil }
    return update { state, calls in
      let job = PoolJob(
        id: state.nextID, task: task, input: input, timeout: limit,
        threads: max(1, min(threads, Wire.maximumSlots)), enqueuedAt: MonotonicClock.now(),
        observer: observer)
      state.nextID += 1
      if isRefused {
        let failure = TaskFailure.threw(
          .refused, message: "a timeout is more than 0 seconds, not \(timeout ?? 0)")
        calls.append((observer, .ended(job, .init(outcome: .failure(failure)))))
      } else if let fatal = state.fatal {
        calls.append((observer, .ended(job, .init(outcome: .failure(fatal)))))
      } else if state.phase != .open {
        calls.append((observer, .ended(job, .init(outcome: .failure(.cancelled)))))
      } else {
        state.pending.append(job)
      }
      return job.id
    }
  }

  /// Ends a job: at once when it waits, by killing its worker when it runs.
  func cancel(_ id: UInt64) {
    update { state, calls in
      if let index = state.pending.firstIndex(where: { $0.id == id }) {
        let job = state.pending.remove(at: index)
        calls.append((job.observer, .ended(job, .init(outcome: .failure(.cancelled)))))
      } else if let index = state.suspects.firstIndex(where: { $0.job.id == id }) {
        let job = state.suspects.remove(at: index).job
        calls.append((job.observer, .ended(job, .init(outcome: .failure(.cancelled)))))
      } else if let running = state.running[id] {
        // The host may die before it reads this.
        state.running[id]?.job.isCancelled = true
        state.hosts[running.host].tell(.init(cancel: .init(job: id)))
      }
    }
  }

  /// Starts nothing more; what runs goes on.
  func drain() {
    let observers = update { state, calls in
      if state.phase == .open { state.phase = .draining }
      Self.failWaiting(&state, .cancelled, &calls)
      // What a host keeps for later is taken back.
      for (id, entry) in state.running where entry.job.pid == nil {
        state.hosts[entry.host].tell(.init(cancel: .init(job: id, onlyWaiting: true)))
      }
      return Array(state.closeObservers.values)
    }
    for observer in observers { observer() }
  }

  /// Ends everything at once, and for good: what is handed in later ends as cancelled too.
  ///
  /// Each host's input ends. It kills its workers then and goes, and ``ended(_:reason:)`` fails
  /// their jobs.
  func terminate() {
    let (waiters, observers) = update { state, calls in
      state.phase = .terminated
      Self.failWaiting(&state, .cancelled, &calls)
      for host in state.hosts { host.outbox?.finish() }
      defer { state.helloWaiters = [] }
      return (state.helloWaiters, Array(state.closeObservers.values))
    }
    for waiter in waiters { waiter.resume(returning: nil) }
    for observer in observers { observer() }
  }

  /// Has something told when nothing is started any more, at once when that is so already.
  ///
  /// - Returns: A number for ``forget(_:)``.
  func whenClosed(_ observer: @escaping @Sendable () -> Void) -> UInt64 {
    let (number, isClosed) = state.withLock { state in
      let number = state.nextID
      state.nextID += 1
      state.closeObservers[number] = observer
      return (number, state.phase != .open || state.fatal != nil)
    }
    if isClosed { observer() }
    return number
  }

  /// Undoes ``whenClosed(_:)``.
  func forget(_ number: UInt64) {
    _ = state.withLock { $0.closeObservers.removeValue(forKey: number) }
  }

  // MARK: - Pausing

  /// Stops all workers; returns when all hosts have done so, or after half a second.
  func pause() async {
    let number = state.withLock { state in
      state.isPaused = true
      state.pauseNumber += 1
      // The others are told when they are there.
      for host in state.hosts where host.isReady {
        host.tell(.init(pause: .init(number: state.pauseNumber)))
      }
      return state.pauseNumber
    }
    // Not a child of the caller: a cancelled one would wait no time at all.
    let timer = Task.detached { [self] in
      try? await Task.sleep(for: .milliseconds(500))
      state.withLock { $0.unawaitedPause = max($0.unawaitedPause, number) }
      wakeWaiters()
    }
    await withCheckedContinuation { continuation in
      state.withLock { $0.pauseWaiters.append(continuation) }
      wakeWaiters()
    }
    timer.cancel()
  }

  /// Lets all workers go on.
  func resume() {
    update { state, _ in
      guard state.isPaused else { return }
      state.isPaused = false
      for host in state.hosts { host.tell(.init(resume: .init())) }
    }
  }

  // MARK: - Idleness

  /// Returns when no job waits or runs.
  func waitUntilIdle() async {
    await withCheckedContinuation { continuation in
      state.withLock { $0.idleWaiters.append(continuation) }
      wakeWaiters()
    }
  }

  private func wakeWaiters() {
    let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
      var waiters: [CheckedContinuation<Void, Never>] = []
      if !state.idleWaiters.isEmpty, state.pending.isEmpty, state.running.isEmpty,
        state.suspects.isEmpty
      {
        waiters = state.idleWaiters
        state.idleWaiters = []
      }
      if !state.pauseWaiters.isEmpty, Self.isPauseAnswered(state) {
        waiters += state.pauseWaiters
        state.pauseWaiters = []
      }
      return waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Whether no host that is there has yet to answer the last request to pause.
  private static func isPauseAnswered(_ state: State) -> Bool {
    !state.isPaused || state.phase == .terminated || state.unawaitedPause >= state.pauseNumber
      || state.hosts.allSatisfy { !$0.isReady || $0.pausedNumber == state.pauseNumber }
  }

  /// Ends all jobs that no host has.
  private static func failWaiting(
    _ state: inout State, _ failure: TaskFailure, _ calls: inout Calls
  ) {
    for job in state.suspects.map(\.job) + state.pending {
      calls.append((job.observer, .ended(job, .init(outcome: .failure(failure)))))
    }
    state.pending = []
    state.suspects = []
  }

  /// Hands waiting jobs to free slots.
  private static func dispatch(_ state: inout State, _ calls: inout Calls) {
    guard state.phase == .open, !state.isPaused else { return }
    guard !state.pending.isEmpty || !state.suspects.isEmpty else { return }
    for index in state.hosts.indices where state.hosts[index].isReady {
      if let place = suspect(for: index, state) {
        // Alone, so that its host's death says something about it.
        guard state.hosts[index].used == 0 else { continue }
        let job = state.suspects.remove(at: place).job
        state.hosts[index].suspect = job.id
        hand(job, to: index, &state)
      }
      guard state.hosts[index].suspect == nil else { continue }
      let limit = state.hosts[index].limit
      while state.hosts[index].used < limit, let job = state.pending.popFirst() {
        hand(job, to: index, &state)
      }
    }
  }

  /// The place of the suspect that a host has to do next: one of its own, or of a host that is gone.
  private static func suspect(for index: Int, _ state: State) -> Int? {
    guard !state.suspects.isEmpty else { return nil }
    return state.suspects.firstIndex { $0.host == index || state.hosts[$0.host].isGivenUp }
  }

  private static func hand(_ job: PoolJob, to index: Int, _ state: inout State) {
    var job = job
    job.host = state.hosts[index].host.name
    job.pid = nil
    state.hosts[index].used += 1
    state.running[job.id] = (job, index)
    state.hosts[index].tell(
      .init(
        start: .init(
          job: job.id, task: job.task, input: job.input, timeout: job.timeout,
          slots: state.hosts[index].host.slots, threads: job.threads > 1 ? job.threads : nil)))
  }

  // MARK: - Hosts

  /// The first host's greeting, or nil when no host could be started.
  func firstHello() async -> Wire.Report.Hello? {
    await withCheckedContinuation { continuation in
      let known: Wire.Report.Hello?? = state.withLock { state in
        if state.phase == .terminated { return .some(nil) }
        if let hello = state.hosts.lazy.compactMap(\.hello).first { return .some(hello) }
        if state.fatal != nil { return .some(nil) }
        state.helloWaiters.append(continuation)
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  /// Why no host can be started, once that is so.
  var fatal: TaskFailure? { state.withLock { $0.fatal } }

  /// Whether a host should be started, or started again.
  func wants(_ index: Int) -> Bool {
    state.withLock { state in
      state.phase != .terminated && !state.hosts[index].isGivenUp
    }
  }

  /// A host's process runs and will read what is yielded to `outbox`.
  func connected(_ index: Int, outbox: AsyncStream<[UInt8]>.Continuation) {
    state.withLock { state in
      if state.phase == .terminated {
        outbox.finish()
      } else {
        state.hosts[index].outbox = outbox
      }
    }
  }

  /// A line came from a host.
  ///
  /// - Returns: What is wrong with the host, if anything is.
  func received(_ line: ArraySlice<UInt8>, from index: Int) -> HostProblem? {
    guard let report = Wire.report(line) else {
      return .init("it wrote something that is not the wire's")
    }
    if let failed = report.failed { return .init(failed.message, failed.code) }
    if let hello = report.hello { return greet(hello, index).map { .init($0) } }
    update { state, calls in Self.take(report, from: index, &state, &calls) }
    return nil
  }

  /// A host speaks of the jobs that it has, and of no others.
  private static func take(
    _ report: Wire.Report, from index: Int, _ state: inout State, _ calls: inout Calls
  ) {
    func entry(_ id: UInt64) -> PoolJob? {
      state.running[id].flatMap { $0.host == index ? $0.job : nil }
    }
    if let started = report.started, var job = entry(started.job) {
      job.pid = started.pid
      job.attempts += 1
      // The host's word for it, within what the parent knows.
      let startedAt = state.hosts[index].helloAt &+ UInt64(saturating: started.at * 1e9)
      job.startedAt = max(job.enqueuedAt, min(MonotonicClock.now(), startedAt))
      state.running[job.id] = (job, index)
      calls.append((job.observer, .started(job)))
    } else if let progress = report.progress, let job = entry(progress.job) {
      calls.append((job.observer, .progress(job, body: progress.body)))
    } else if let part = report.part, let job = entry(part.job) {
      calls.append((job.observer, .part(job, text: part.text)))
    } else if let ended = report.ended, let job = entry(ended.job) {
      state.running[job.id] = nil
      state.hosts[index].used -= 1
      if state.hosts[index].suspect == job.id { state.hosts[index].suspect = nil }
      state.hosts[index].barrenLives = 0
      state.hosts[index].note(ended.usage.wallSeconds)
      calls.append((job.observer, .ended(job, ending(of: job, ended))))
    } else if let paused = report.paused {
      state.hosts[index].pausedNumber = paused.number
    }
  }

  private func greet(_ hello: Wire.Report.Hello, _ index: Int) -> String? {
    guard hello.wire == Wire.version else {
      return "it speaks version \(hello.wire) of the wire, and this program version "
        + "\(Wire.version): install the same version on both sides"
    }
    let isFirst = state.withLock { !$0.hosts[index].isReady }
    guard isFirst else { return "it said hello twice" }
    let waiters = update { state, _ in
      state.hosts[index].isReady = true
      state.hosts[index].failedStarts = 0
      state.hosts[index].hello = hello
      state.hosts[index].helloAt = MonotonicClock.now()
      if state.isPaused {
        state.hosts[index].tell(.init(pause: .init(number: state.pauseNumber)))
      }
      defer { state.helloWaiters = [] }
      return state.helloWaiters
    }
    for waiter in waiters { waiter.resume(returning: hello) }
    return nil
  }

  /// A host's process is gone: its jobs are queued again, in front.
  ///
  /// - Parameters:
  ///   - index: Which host.
  ///   - problem: What is known about why.
  /// - Returns: Whether it had said hello.
  @discardableResult
  func ended(_ index: Int, _ problem: HostProblem) -> Bool {
    typealias Waiters = [CheckedContinuation<Wire.Report.Hello?, Never>]
    let (hadHello, waiters, observers) = update {
      state, calls -> (Bool, Waiters, [@Sendable () -> Void]) in
      let name = state.hosts[index].host.name
      let hadHello = state.hosts[index].isReady
      state.hosts[index].outbox?.finish()
      state.hosts[index].outbox = nil
      state.hosts[index].used = 0
      state.hosts[index].isReady = false
      state.hosts[index].suspect = nil
      state.hosts[index].pausedNumber = nil
      let hasConvicted = Self.requeue(jobsOf: index, problem.text, &state, &calls)
      if !hadHello {
        state.hosts[index].failedStarts += 1
      } else if !hasConvicted {
        // One that has too little of something does not find it at the thirtieth try.
        state.hosts[index].barrenLives += problem.code == nil ? 1 : Self.barrenPatience / 3 + 1
      }
      if state.hosts[index].failedStarts >= Self.patience
        || state.hosts[index].barrenLives >= Self.barrenPatience
      {
        state.hosts[index].isGivenUp = true
      }
      guard state.hosts.allSatisfy(\.isGivenUp), state.fatal == nil else {
        return (hadHello, [], [])
      }
      let what = hadHello ? "does no work" : "does not start"
      let text = "host '\(name)' \(what): \(problem.text)"
      let failure = problem.code.map { TaskFailure.threw($0, message: text) } ?? .hostLost(text)
      state.fatal = failure
      Self.failWaiting(&state, failure, &calls)
      defer { state.helloWaiters = [] }
      return (hadHello, state.helloWaiters, Array(state.closeObservers.values))
    }
    for waiter in waiters { waiter.resume(returning: nil) }
    for observer in observers { observer() }
    return hadHello
  }

  /// Queues the jobs again that a host had when it died.
  ///
  /// Those that had a worker may have killed it. They are suspects, and so are the first ones when
  /// it died before it could tell of any start.
  ///
  /// - Returns: Whether one of them has lost its last chance.
  private static func requeue(
    jobsOf index: Int, _ reason: String, _ state: inout State, _ calls: inout Calls
  ) -> Bool {
    let lost = state.running.values.filter { $0.host == index }.map(\.job)
      .sorted { $0.id < $1.id }
    let isTold = lost.contains { $0.pid != nil }
    let first = state.hosts[index].host.slots.saturatingMultiply(2)
    var suspects: [(PoolJob, Int)] = []
    var others: [PoolJob] = []
    var hasConvicted = false
    for (place, var job) in lost.enumerated() {
      state.running[job.id] = nil
      let isSuspect = isTold ? job.pid != nil : place < first
      if isSuspect { job.hostLosses += 1 }
      if state.phase == .terminated || job.isCancelled {
        calls.append((job.observer, .ended(job, .init(outcome: .failure(.cancelled)))))
      } else if job.hostLosses >= patience {
        hasConvicted = true
        let failure = TaskFailure.hostLost("it died \(job.hostLosses) times; last: \(reason)")
        calls.append((job.observer, .ended(job, .init(outcome: .failure(failure)))))
      } else if state.phase == .draining {
        calls.append((job.observer, .ended(job, .init(outcome: .failure(.cancelled)))))
      } else if isSuspect {
        suspects.append((job, index))
      } else {
        others.append(job)
      }
    }
    state.suspects.insert(contentsOf: suspects, at: 0)
    state.pending.prepend(contentsOf: others)
    return hasConvicted
  }

  private static func ending(
    of job: PoolJob, _ ended: Wire.Report.Ended
  ) -> PoolJob.Ending {
    let outcome: Result<String, TaskFailure>
    switch (ended.killedFor, ended.signal, ended.error, ended.result) {
    case (.cancelled?, _, _, _): outcome = .failure(.cancelled)
    case (.timeout?, _, _, _): outcome = .failure(.timedOut(seconds: job.timeout ?? 0))
    case (.outOfMemory?, _, _, _): outcome = .failure(.outOfMemory)
    case (.overlongResult?, _, _, _):
      outcome = .failure(.malformedResult("it is longer than its task allows"))
    // Before the signal: the host knows what it was for.
    case (nil, _, let error?, _):
      outcome = .failure(.threw(error.code, message: error.message))
    case (nil, let signal?, nil, _): outcome = .failure(.crashed(signal: signal))
    case (nil, nil, nil, let result?): outcome = .success(result)
    case (nil, nil, nil, nil): outcome = .failure(.exited(code: ended.exitCode ?? 0))
    }
    return PoolJob.Ending(outcome: outcome, usage: ended.usage, log: ended.output)
  }
}
