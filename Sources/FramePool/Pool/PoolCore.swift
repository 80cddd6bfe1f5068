import DequeModule
import Synchronization

/// The pool's bookkeeping: which jobs wait, which run where, which hosts are there.
///
/// It starts and reads nothing itself; the hosts' connections call it.
///
/// One lock guards all of it. Observers are called after it is let go.
final class PoolCore: Sendable {
  /// How many hosts may die under a job, and how many in a row without having done one, before the
  /// pool gives up.
  static let patience = 3

  private struct HostState {
    let host: PoolHost
    var used = 0
    /// Lines to the host; nil while it is not connected.
    var outbox: AsyncStream<[UInt8]>.Continuation?
    var isReady = false
    /// How often in a row its process ended before it had done a job.
    var failedLives = 0
    var isGivenUp = false
    var hello: Wire.Report.Hello?
    /// When the hello came.
    var helloAt: UInt64 = 0
    /// How long a worker has lasted lately, in seconds; nil before the first has ended.
    var usualSeconds: Double?

    /// How many jobs it is given beyond those that can run, so that a slot need not wait for this
    /// side between two of them.
    ///
    /// As many as last some 50 ms. Where workers last longer than 100 ms, the wait is nothing, and
    /// the later it is decided what a slot does next, the more is known.
    var ahead: Int {
      guard let usualSeconds, usualSeconds < 0.1 else { return 0 }
      return host.slots * min(16, Int((0.05 / max(usualSeconds, 0.001)).rounded(.up)))
    }

    mutating func note(_ seconds: Double) {
      usualSeconds = usualSeconds.map { $0 + (seconds - $0) / 8 } ?? seconds
    }
  }

  private enum Phase {
    case open
    case draining
    case terminated
  }

  private struct State {
    var nextID: UInt64 = 1
    var pending: Deque<PoolJob> = []
    var running: [UInt64: (job: PoolJob, host: Int)] = [:]
    var hosts: [HostState]
    var phase = Phase.open
    var isShutDown = false
    /// Why the pool can do nothing any more.
    var fatal: TaskFailure?
    /// Waits for the first host, or for no job to be left.
    var helloWaiters: [CheckedContinuation<Wire.Report.Hello?, Never>] = []
    var idleWaiters: [CheckedContinuation<Void, Never>] = []
  }

  private typealias Calls = [(observer: @Sendable (PoolJob.Event) -> Void, event: PoolJob.Event)]

  private let state: Mutex<State>

  init(_ hosts: [PoolHost]) {
    state = Mutex(State(hosts: hosts.map { HostState(host: $0) }))
  }

  /// Workers at once, over all hosts.
  var slots: Int {
    state.withLock { state in state.hosts.reduce(0) { $0 + $1.host.slots } }
  }

  /// How many jobs can be under way: those that run, and those that hosts keep for later.
  var capacity: Int {
    state.withLock { state in state.hosts.reduce(0) { $0 + $1.host.slots + $1.ahead } }
  }

  private func update<T>(_ body: (inout State, inout Calls) -> sending T) -> T {
    var calls: Calls = []
    let result = state.withLock { state in
      let result = body(&state, &calls)
      Self.dispatch(&state, &calls)
      return result
    }
    for call in calls { call.observer(call.event) }
    wakeIdleWaiters()
    return result
  }

  // MARK: - Jobs

  /// Takes a job in.
  ///
  /// - Returns: Its number, for ``cancel(_:)``.
  @discardableResult
  func enqueue(
    task: String, input: String, timeout: Double?, threads: Int,
    observer: @escaping @Sendable (PoolJob.Event) -> Void
  ) -> UInt64 {
    update { state, calls in
      let job = PoolJob(
        id: state.nextID, task: task, input: input, timeout: timeout, threads: threads,
        enqueuedAt: MonotonicClock.now(), observer: observer)
      state.nextID += 1
      if let fatal = state.fatal {
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
      } else if let running = state.running[id] {
        // The host may die before it reads this.
        state.running[id]?.job.isCancelled = true
        let line = Wire.line(Wire.Request(cancel: .init(job: id)))
        state.hosts[running.host].outbox?.yield(line)
      }
    }
  }

  /// Starts nothing more; what runs goes on.
  func drain() {
    update { state, calls in
      if state.phase == .open { state.phase = .draining }
      Self.fail(&state.pending, .cancelled, &calls)
      // What a host keeps for later is taken back.
      for (id, entry) in state.running where entry.job.pid == nil {
        state.hosts[entry.host].outbox?.yield(
          Wire.line(Wire.Request(cancel: .init(job: id, onlyWaiting: true))))
      }
    }
  }

  /// Ends everything at once.
  func terminate() {
    let waiters = update { state, calls in
      state.phase = .terminated
      Self.fail(&state.pending, .cancelled, &calls)
      // A host whose input ends kills its workers and goes; `hostEnded` then fails their jobs.
      for host in state.hosts { host.outbox?.finish() }
      defer { state.helloWaiters = [] }
      return state.helloWaiters
    }
    for waiter in waiters { waiter.resume(returning: nil) }
  }

  /// Returns when no job waits or runs.
  func waitUntilIdle() async {
    await withCheckedContinuation { continuation in
      state.withLock { $0.idleWaiters.append(continuation) }
      wakeIdleWaiters()
    }
  }

  private func wakeIdleWaiters() {
    let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
      guard state.pending.isEmpty, state.running.isEmpty else { return [] }
      defer { state.idleWaiters = [] }
      return state.idleWaiters
    }
    for waiter in waiters { waiter.resume() }
  }

  private static func fail(
    _ jobs: inout Deque<PoolJob>, _ failure: TaskFailure, _ calls: inout Calls
  ) {
    for job in jobs { calls.append((job.observer, .ended(job, .init(outcome: .failure(failure))))) }
    jobs = []
  }

  /// Hands waiting jobs to free slots.
  private static func dispatch(_ state: inout State, _ calls: inout Calls) {
    guard state.phase == .open else { return }
    for index in state.hosts.indices where state.hosts[index].isReady {
      let slots = state.hosts[index].host.slots
      let limit = slots + state.hosts[index].ahead
      while state.hosts[index].used < limit, var job = state.pending.popFirst() {
        job.host = state.hosts[index].host.name
        job.pid = nil
        state.hosts[index].used += 1
        state.running[job.id] = (job, index)
        state.hosts[index].outbox?.yield(
          Wire.line(
            Wire.Request(
              start: .init(
                job: job.id, task: job.task, input: job.input, timeout: job.timeout, slots: slots,
                threads: job.threads > 1 ? job.threads : nil)))
        )
      }
    }
  }

  // MARK: - Hosts

  /// The first host's greeting, or nil when no host could be started.
  func firstHello() async -> Wire.Report.Hello? {
    await withCheckedContinuation { continuation in
      let known: Wire.Report.Hello?? = state.withLock { state in
        if let hello = state.hosts.lazy.compactMap(\.hello).first { return .some(hello) }
        if state.fatal != nil || state.isShutDown || state.phase == .terminated {
          return .some(nil)
        }
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
      !state.isShutDown && state.phase != .terminated && !state.hosts[index].isGivenUp
    }
  }

  /// A host's process runs and will read what is yielded to `outbox`.
  func connected(_ index: Int, outbox: AsyncStream<[UInt8]>.Continuation) {
    state.withLock { state in
      if state.isShutDown || state.phase == .terminated {
        outbox.finish()
      } else {
        state.hosts[index].outbox = outbox
      }
    }
  }

  /// A line came from a host.
  ///
  /// - Returns: What is wrong with the host, if anything is.
  func received(_ line: ArraySlice<UInt8>, from index: Int) -> String? {
    guard let report = try? Wire.decode(Wire.Report.self, from: line) else {
      return "it wrote something that is not the wire's"
    }
    if let failed = report.failed { return failed.message }
    if let hello = report.hello { return greet(hello, index) }
    update { state, calls in
      if let started = report.started, var entry = state.running[started.job] {
        entry.job.pid = started.pid
        entry.job.attempts += 1
        let seconds = max(0, min(started.at, 1e9))
        entry.job.startedAt = min(
          MonotonicClock.now(), state.hosts[entry.host].helloAt + UInt64(seconds * 1e9))
        state.running[started.job] = entry
        calls.append((entry.job.observer, .started(entry.job)))
      } else if let progress = report.progress, let entry = state.running[progress.job] {
        calls.append((entry.job.observer, .progress(entry.job, body: progress.body)))
      } else if let part = report.part, let entry = state.running[part.job] {
        calls.append((entry.job.observer, .part(entry.job, text: part.text)))
      } else if let ended = report.ended, let entry = state.running.removeValue(forKey: ended.job) {
        state.hosts[entry.host].used -= 1
        state.hosts[entry.host].failedLives = 0
        state.hosts[entry.host].note(ended.usage.wallSeconds)
        calls.append((entry.job.observer, .ended(entry.job, Self.ending(of: entry.job, ended))))
      }
    }
    return nil
  }

  private func greet(_ hello: Wire.Report.Hello, _ index: Int) -> String? {
    guard hello.wire == Wire.version else {
      return "it speaks version \(hello.wire) of the wire, and this program version "
        + "\(Wire.version): install the same version on both sides"
    }
    let waiters = update { state, _ in
      state.hosts[index].isReady = true
      state.hosts[index].hello = hello
      state.hosts[index].helloAt = MonotonicClock.now()
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
  ///   - reason: What is known about why.
  func ended(_ index: Int, reason: String) {
    let waiters: [CheckedContinuation<Wire.Report.Hello?, Never>] = update { state, calls in
      let name = state.hosts[index].host.name
      state.hosts[index].outbox?.finish()
      state.hosts[index].outbox = nil
      state.hosts[index].used = 0
      state.hosts[index].failedLives += 1
      state.hosts[index].isReady = false
      Self.requeue(jobsOf: index, reason, &state, &calls)
      if state.hosts[index].failedLives >= Self.patience { state.hosts[index].isGivenUp = true }
      guard state.hosts.allSatisfy(\.isGivenUp), state.fatal == nil else { return [] }
      let failure = TaskFailure.hostLost("host '\(name)' does not start: \(reason)")
      state.fatal = failure
      Self.fail(&state.pending, failure, &calls)
      defer { state.helloWaiters = [] }
      return state.helloWaiters
    }
    for waiter in waiters { waiter.resume(returning: nil) }
  }

  private static func requeue(
    jobsOf index: Int, _ reason: String, _ state: inout State, _ calls: inout Calls
  ) {
    let lost = state.running.values.filter { $0.host == index }.map(\.job)
    for var job in lost.sorted(by: { $0.id > $1.id }) {
      state.running[job.id] = nil
      if job.pid != nil { job.hostLosses += 1 }
      if state.phase == .terminated || job.isCancelled {
        calls.append((job.observer, .ended(job, .init(outcome: .failure(.cancelled)))))
      } else if job.hostLosses >= patience {
        let failure = TaskFailure.hostLost("it died \(job.hostLosses) times; last: \(reason)")
        calls.append((job.observer, .ended(job, .init(outcome: .failure(failure)))))
      } else if state.phase == .draining {
        calls.append((job.observer, .ended(job, .init(outcome: .failure(.cancelled)))))
      } else {
        state.pending.prepend(job)
      }
    }
  }

  /// Lets the hosts go: nothing is started any more and each host's input ends.
  func shutDown() {
    let waiters = update { state, calls in
      state.isShutDown = true
      Self.fail(&state.pending, .cancelled, &calls)
      for host in state.hosts { host.outbox?.finish() }
      defer { state.helloWaiters = [] }
      return state.helloWaiters
    }
    for waiter in waiters { waiter.resume(returning: nil) }
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
      outcome = .failure(
        .malformedResult("it is longer than \(Wire.maximumResult >> 20) MiB"))
    case (nil, let signal?, _, _): outcome = .failure(.crashed(signal: signal))
    case (nil, nil, let error?, _):
      outcome = .failure(.threw(error.code, message: error.message))
    case (nil, nil, nil, let result?): outcome = .success(result)
    case (nil, nil, nil, nil): outcome = .failure(.exited(code: ended.exitCode ?? 0))
    }
    return PoolJob.Ending(outcome: outcome, usage: ended.usage, log: ended.output)
  }
}
