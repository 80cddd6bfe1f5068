import CLinux
import Glibc

/// A fork server: loads everything once, then forks one worker per job and watches over it.
///
/// It is synchronous and has one thread, because a fork copies only the thread that calls it and
/// every lock as it stands: one `poll(2)` loop over its own input, its workers' pipes and the
/// signal that a child has ended. No death of a worker can hang it, and its own death ends all
/// workers (`PR_SET_PDEATHSIG`); so does the end of its input, which is how it learns that its
/// parent died.
public struct Host: ~Copyable {
  private let tasks: TaskRegistry
  private let information: [String: String]
  private let pid = getpid()
  private let childSignal: CInt
  private let forcesExec: Bool
  /// The numbers of the CPUs that workers may use, and how many of them at once.
  private let cpus: [Int32]
  private let cpuLimit: Int
  private var workers: [pid_t: WorkerProcess] = [:]
  private var requests = LineBuffer(limit: Wire.maximumLine)
  private var warmUpsDone: Set<String> = []
  private var spare: SpareWorker?
  /// Jobs that were handed in ahead: the next worker need not wait for the parent.
  private var waiting: [Wire.Request.Start] = []
  private var starts = 0
  private var outOfMemoryKills = OutOfMemoryKills.count()
  private let bornAt = MonotonicClock.now()
  /// What is to be told to the parent, and since when.
  private var outbox: [UInt8] = []
  private var heldSince: UInt64 = 0

  /// How long reports are held back at most while there is work to go on with, in nanoseconds.
  ///
  /// Each wakes the parent; where workers last a few milliseconds, one for each would be most of
  /// what the parent does.
  private static let holdingTime: UInt64 = 20_000_000

  /// The bytes of reports that are held back at most.
  private static let heldBytes = 64 << 10

  /// The shortest time between two progress reports of one worker, in nanoseconds.
  private static let progressInterval: UInt64 = 50_000_000

  /// Turns the process into a host or a worker when its first argument says so.
  ///
  /// Call it first in `main`, before anything asynchronous, and before anything that could start a
  /// thread. `PROGRAM host` is what a pool starts; `PROGRAM worker` is what a host starts where it
  /// cannot fork.
  ///
  /// - Parameters:
  ///   - arguments: The program's arguments with its name.
  ///   - tasks: The tasks that can be asked for.
  ///   - information: Called in a host after the tasks' warm-up and with its arguments; what it
  ///     returns is told to the parent.
  /// - Returns: The exit code when the process was a host that has ended; nil when it is neither.
  public static func enterIfAsked(
    _ arguments: [String], tasks: [any PoolTask.Type],
    information: (_ warmUp: [String]) -> [String: String] = { _ in [:] }
  ) -> CInt? {
    switch arguments.dropFirst().first {
    case "host":
      guard let options = HostOptions(arguments.dropFirst(2)) else { return nil }
      return run(TaskRegistry(tasks), information: information, options)
    case "worker" where arguments.count == 2:
      Worker.serve(TaskRegistry(tasks))
    default:
      return nil
    }
  }

  private static func run(
    _ tasks: TaskRegistry, information: ([String]) -> [String: String], _ options: HostOptions
  ) -> CInt {
    signal(SIGPIPE, SIG_IGN)
    // Ctrl-C in the parent's terminal is the parent's to decide about.
    signal(SIGINT, SIG_IGN)
    clinux_set_process_name("vp:host")
    if !options.affinity.isEmpty { CPUPlacement.keep(getpid(), on: options.affinity) }
    setNice(options.nice)
    // Before the warm-up: a thread that a library starts must not be one that SIGCHLD reaches.
    let childSignal = clinux_child_signal_descriptor()
    do {
      try tasks.warmUp(options.warmUp)
    } catch {
      DescriptorIO.write(
        Wire.line(Wire.Report(failed: .init(message: "\(error)"))), to: STDOUT_FILENO)
      return 1
    }
    clinux_prepare_heap(64 << 20)
    clinux_join_mappings()
    var host = Host(
      tasks, information: information(options.warmUp), childSignal: childSignal,
      options)
    return host.serve()
  }

  /// Gives way to other processes as much as asked for, or as the parent does.
  ///
  /// Swift's concurrency runs some threads at a nice value of their own where it may, and a process
  /// that such a thread starts would keep it.
  private static func setNice(_ nice: Int32?) {
    let process = __priority_which_t(PRIO_PROCESS.rawValue)
    setpriority(process, 0, nice ?? getpriority(process, id_t(getppid())))
  }

  private init(
    _ tasks: TaskRegistry, information: [String: String], childSignal: CInt, _ options: HostOptions
  ) {
    self.tasks = tasks
    self.information = information
    forcesExec = options.execWorkers
    cpus = CPUPlacement.usable()
    cpuLimit = options.cpus ?? cpus.count
    self.childSignal = childSignal
    _ = fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK)
  }

  /// Serves until its input ends.
  private mutating func serve() -> CInt {
    defer {
      _ = flush()
      killAll()
    }
    guard childSignal >= 0 else {
      send(.init(failed: .init(message: "signalfd failed: errno \(errno)")))
      return 1
    }
    guard
      send(
        .init(
          hello: .init(
            wire: Wire.version, pid: pid, tasks: tasks.names, mode: forks ? "fork" : "exec",
            information: information))), flush()
    else { return 1 }
    while true {
      let ready = wait()
      if ready.input, !readRequests() { return 0 }
      for pid in ready.workers { guard readPipes(of: pid) else { return 1 } }
      guard startWaiting() else { return 1 }
      if ready.child {
        clinux_drain_signal_descriptor(childSignal)
        guard reap() else { return 1 }
      }
      guard sendProgress() else { return 1 }
      killOverdue()
      prepareSpare()
      guard flushIfDue() else { return 1 }
    }
  }

  // MARK: - Waiting

  private struct Ready {
    var input = false
    var child = false
    var workers: [pid_t] = []
  }

  private func wait() -> Ready {
    var descriptors = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: childSignal, events: Int16(POLLIN), revents: 0),
    ]
    var owners: [pid_t] = []
    for (pid, worker) in workers {
      for (descriptor, isOpen) in [
        (worker.channel, worker.isChannelOpen), (worker.output, worker.isOutputOpen),
      ] where isOpen {
        descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        owners.append(pid)
      }
    }
    var ready = Ready()
    guard poll(&descriptors, nfds_t(descriptors.count), timeout()) > 0 else { return ready }
    ready.input = descriptors[0].revents != 0
    ready.child = descriptors[1].revents != 0
    for (descriptor, pid) in zip(descriptors.dropFirst(2), owners)
    where descriptor.revents != 0 && ready.workers.last != pid {
      ready.workers.append(pid)
    }
    return ready
  }

  /// Milliseconds until a deadline or a held-back report is due; -1 for never.
  private func timeout() -> CInt {
    let now = MonotonicClock.now()
    var next: UInt64?
    for worker in workers.values {
      let report = worker.hasProgress ? worker.lastProgressSent + Self.progressInterval : nil
      let deadline = worker.killedFor == nil ? worker.deadline : nil
      for time in [report, deadline].compactMap({ $0 }) { next = min(next ?? time, time) }
    }
    if !outbox.isEmpty { next = min(next ?? .max, heldSince + Self.holdingTime) }
    guard let next else { return -1 }
    return next <= now ? 0 : CInt(clamping: (next - now) / 1_000_000 + 1)
  }

  // MARK: - Requests

  /// Does what the parent asks; false when its end of the pipe is closed.
  private mutating func readRequests() -> Bool {
    switch DescriptorIO.read(STDIN_FILENO) {
    case .nothingYet: return true
    case .ended: return false
    case .bytes(let bytes):
      for line in requests.append(bytes) {
        guard let request = try? Wire.decode(Wire.Request.self, from: line) else {
          send(.init(failed: .init(message: "a request cannot be read")))
          return false
        }
        if let start = request.start { waiting.append(start) }
        if let cancel = request.cancel, !self.cancel(cancel) { return false }
      }
      return !requests.isOverflown && startWaiting()
    }
  }

  /// Starts the jobs for which there is room, in the order they came; false when the parent is
  /// gone.
  private mutating func startWaiting() -> Bool {
    while let next = waiting.first, hasRoom(next.slots) {
      waiting.removeFirst()
      guard start(next) else { return false }
    }
    return true
  }

  /// Whether another worker may start.
  ///
  /// One that has given its result is as good as gone: its exit, half a millisecond of the
  /// kernel's, need not be waited for. A hostile one may say so and go on, hence the second bound.
  private func hasRoom(_ slots: Int) -> Bool {
    workers.count < slots * 2 && workers.values.count { !$0.isDone } < slots
  }

  private mutating func cancel(_ request: Wire.Request.Cancel) -> Bool {
    if let index = waiting.firstIndex(where: { $0.job == request.job }) {
      waiting.remove(at: index)
      return send(
        .init(
          ended: .init(
            job: request.job, pid: 0, killedFor: .cancelled, usage: .none, output: "")))
    }
    if request.onlyWaiting != true { kill(job: request.job, for: .cancelled) }
    return true
  }

  /// Whether workers are forked: with more than one thread, a fork may copy a lock that is held.
  private var forks: Bool { !forcesExec && ThreadCount.current() == 1 }

  private mutating func start(_ request: Wire.Request.Start) -> Bool {
    starts += 1
    guard let worker = spare.take() ?? SpareWorker.start(forks: forks, tasks: tasks) else {
      return send(
        .init(
          ended: .init(
            job: request.job, pid: 0,
            error: .init(code: .internal, message: "no worker can be started: errno \(errno)"),
            usage: .none, output: "")))
    }
    let threads = max(1, request.threads ?? 1)
    let vacated = threads == 1 ? vacatedCPU() : nil
    if let vacated { CPUPlacement.move(worker.pid, to: [vacated]) }
    worker.give(request)
    if vacated != nil { CPUPlacement.move(worker.pid, to: cpus) }
    workers[worker.pid] = WorkerProcess(
      job: request.job, task: request.task, pid: worker.pid, channel: worker.channel,
      output: worker.output, timeout: request.timeout, threads: threads)
    placeWorkers()
    return send(
      .init(
        started: .init(
          job: request.job, pid: worker.pid, at: MonotonicClock.seconds(since: bornAt))))
  }

  /// The CPU of a worker that is done and has not ended, for the one that follows.
  ///
  /// It is busy until the exit is through, so the kernel would wake the next one elsewhere, behind
  /// another worker; and a CPU that falls idle for a moment often takes nothing over.
  private mutating func vacatedCPU() -> Int32? {
    for pid in workers.keys {
      if let cpu = workers[pid]?.takeLastCPU(), cpus.contains(cpu) { return cpu }
    }
    return nil
  }

  /// Starts the next worker ahead of its task, while there is work.
  ///
  /// The first task of a host is no sign that another follows.
  private mutating func prepareSpare() {
    if spare == nil, !workers.isEmpty, starts > 1 {
      spare = SpareWorker.start(forks: forks, tasks: tasks)
    }
  }

  /// Keeps workers of several threads on their share of the CPUs: see ``CPUShares``.
  ///
  /// Called when one starts, and when one has gone that no other follows.
  private mutating func placeWorkers() {
    guard workers.values.contains(where: { $0.threads > 1 || $0.place != nil }) else { return }
    let order = workers.values.filter { !$0.isDone }.sorted { $0.startedAt < $1.startedAt }
    let places = CPUShares.places(cpus, limit: cpuLimit, threads: order.map(\.threads))
    for (worker, place) in zip(order, places) where worker.place != place {
      workers[worker.pid]?.place = place
      CPUPlacement.keep(worker.pid, on: place ?? cpus)
    }
  }

  // MARK: - Workers

  /// Reads what a worker wrote and passes its parts on; false when the parent is gone.
  private mutating func readPipes(of pid: pid_t) -> Bool {
    workers[pid]?.readPipes()
    guard sendParts(of: pid) else { return false }
    if let worker = workers[pid] { warmUp(for: worker) }
    if workers[pid]?.isOverflown == true { kill(pid, for: .overlongResult) }
    return true
  }

  private mutating func sendParts(of pid: pid_t) -> Bool {
    guard let job = workers[pid]?.job, let parts = workers[pid]?.takeParts() else { return true }
    return parts.allSatisfy { send(.init(part: .init(job: job, text: $0))) }
  }

  /// Does the warm-ups that a worker asked for.
  ///
  /// It may be a hostile file's worker: what it can ask for is what the task's own code knows,
  /// once.
  private mutating func warmUp(for worker: WorkerProcess) {
    for argument in worker.warmUps where warmUpsDone.count < 8 {
      guard warmUpsDone.insert(worker.task + " " + argument).inserted else { continue }
      try? tasks.task(worker.task)?.warmUp([argument])
      // It was forked before and is cold.
      spare.take()?.discard()
    }
  }

  /// Reaps the children that have ended and reports them; false when the parent is gone.
  private mutating func reap() -> Bool {
    while true {
      var status: CInt = 0
      var usage = rusage()
      let child = clinux_reap_with_group(&status, &usage)
      guard child > 0 else { return true }
      if child == spare?.pid { spare.take()?.closePipes() }
      guard var worker = workers.removeValue(forKey: child) else { continue }
      worker.readRest()
      worker.closePipes()
      if waiting.isEmpty { placeWorkers() }
      warmUp(for: worker)
      for text in worker.takeParts() { send(.init(part: .init(job: worker.job, text: text))) }
      if let body = worker.takeProgress() {
        send(.init(progress: .init(job: worker.job, body: body)))
      }
      // Before the report: the next one is at work while this one is told of.
      guard startWaiting() else { return false }
      guard sendEnded(ended(worker, status, usage)) else { return false }
    }
  }

  private mutating func ended(
    _ worker: WorkerProcess, _ status: CInt, _ usage: rusage
  ) -> Wire.Report.Ended {
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    let exitCode = clinux_exit_code(status)
    let signal = clinux_signal(status)
    var killedFor = worker.killedFor ?? (worker.isOverflown ? .overlongResult : nil)
    if signal == SIGKILL, killedFor == nil, outOfMemoryKills.hasGrown() {
      killedFor = .outOfMemory
    }
    let isWhole = exitCode == 0 && killedFor == nil
    return Wire.Report.Ended(
      job: worker.job, pid: worker.pid, result: isWhole ? worker.result : nil,
      error: isWhole ? worker.error : nil, exitCode: exitCode >= 0 ? exitCode : nil,
      signal: signal > 0 ? signal : nil, killedFor: killedFor,
      usage: TaskUsage(
        wallSeconds: MonotonicClock.seconds(since: worker.startedAt),
        userSeconds: seconds(usage.ru_utime), systemSeconds: seconds(usage.ru_stime),
        peakMemoryBytes: usage.ru_maxrss * 1024, readBytes: usage.ru_inblock * 512),
      output: worker.outputTail)
  }

  /// Reports the end of a worker.
  ///
  /// Its result is text within the wire's JSON, where a byte may become six: what a hostile worker
  /// writes must not make a line that the parent cannot take.
  private mutating func sendEnded(_ ended: Wire.Report.Ended) -> Bool {
    let line = Wire.line(Wire.Report(ended: ended))
    if line.count <= Wire.maximumLine { return hold(line) }
    var shortened = ended
    shortened.result = nil
    shortened.error = nil
    shortened.killedFor = .overlongResult
    return send(.init(ended: shortened))
  }

  private mutating func sendProgress() -> Bool {
    let now = MonotonicClock.now()
    for pid in workers.keys {
      guard let worker = workers[pid], worker.hasProgress,
        now - worker.lastProgressSent >= Self.progressInterval,
        let body = workers[pid]?.takeProgress()
      else { continue }
      workers[pid]?.lastProgressSent = now
      guard send(.init(progress: .init(job: worker.job, body: body))) else { return false }
    }
    return true
  }

  private mutating func killOverdue() {
    let now = MonotonicClock.now()
    for (pid, worker) in workers where worker.killedFor == nil {
      if let deadline = worker.deadline, deadline <= now { kill(pid, for: .timeout) }
    }
  }

  private mutating func kill(job: UInt64, for reason: Wire.KillReason) {
    if let pid = workers.first(where: { $0.value.job == job })?.key { kill(pid, for: reason) }
  }

  private mutating func kill(_ pid: pid_t, for reason: Wire.KillReason) {
    guard workers[pid]?.killedFor == nil else { return }
    workers[pid]?.killedFor = reason
    Glibc.kill(-pid, SIGKILL)
    Glibc.kill(pid, SIGKILL)
  }

  private mutating func killAll() {
    if let spare = spare.take() {
      spare.discard()
      var status: CInt = 0
      waitpid(spare.pid, &status, 0)
    }
    for pid in workers.keys { Glibc.kill(-pid, SIGKILL) }
    for pid in workers.keys {
      var status: CInt = 0
      waitpid(pid, &status, 0)
    }
  }

  // MARK: - Reports

  /// Tells the parent something, at the end of this turn or a little later; false when it is gone.
  @discardableResult
  private mutating func send(_ report: Wire.Report) -> Bool {
    hold(Wire.line(report))
  }

  private mutating func hold(_ line: [UInt8]) -> Bool {
    if outbox.isEmpty { heldSince = MonotonicClock.now() }
    outbox += line
    return outbox.count < Self.heldBytes || flush()
  }

  /// Lets go of what is held, unless there is work enough to go on with; false when the parent is
  /// gone.
  private mutating func flushIfDue() -> Bool {
    guard !outbox.isEmpty else { return true }
    let hasWork = waiting.first.map { waiting.count > $0.slots } ?? false
    if hasWork, MonotonicClock.now() - heldSince < Self.holdingTime { return true }
    return flush()
  }

  private mutating func flush() -> Bool {
    defer { outbox.removeAll(keepingCapacity: true) }
    return DescriptorIO.write(outbox, to: STDOUT_FILENO)
  }
}
