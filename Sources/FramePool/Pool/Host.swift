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
  private var workers = WorkerTable()
  private var requests = LineBuffer(limit: Wire.maximumLine)
  private var warmUpsDone: Set<String> = []
  private var spare: SpareWorker?
  /// Jobs that were handed in ahead: the next worker need not wait for the parent.
  private var waiting: [Wire.Request.Start] = []
  private var starts = 0
  /// Until when no worker is started, since one could not be; nil while they can.
  private var shortUntil: UInt64?
  /// Whether a spare worker is worth a try: none could be started, or it did not live.
  private var isSpareWorthATry = true
  private var outOfMemoryKills = OutOfMemoryKills.count()
  private let bornAt = MonotonicClock.now()
  private var outbox = HostOutbox(STDOUT_FILENO)

  /// How long it takes until what the system had too little of is asked for again, in nanoseconds.
  ///
  /// Sooner when a worker ends.
  private static let shortage: UInt64 = 1_000_000_000

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
    guard childSignal >= 0 else { return fail(Shortage.signal.error(errno)) }
    guard DescriptorIO.setBlocking(false, STDIN_FILENO) else {
      return fail(Shortage.pipe.error(errno))
    }
    do {
      try tasks.warmUp(options.warmUp)
    } catch {
      return fail(FramePoolError(.hostLost, "\(error)"))
    }
    clinux_prepare_heap(64 << 20)
    clinux_join_mappings()
    var host = Host(
      tasks, information: information(options.warmUp), childSignal: childSignal,
      options)
    return host.serve()
  }

  /// Tells the parent why this is no host; gives the exit code.
  private static func fail(_ error: FramePoolError) -> CInt {
    let code = error.code == .hostLost ? nil : error.code
    DescriptorIO.write(
      Wire.line(Wire.Report(failed: .init(message: error.message, code: code))), to: STDOUT_FILENO)
    return 1
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
  }

  /// Serves until its input ends.
  ///
  /// Nothing in it waits but ``HostPoll/wait(_:)``: the pipes to the parent and to the workers are read
  /// and written as far as they go.
  private mutating func serve() -> CInt {
    let code = serveToTheEnd()
    workers.killAll(spare.take())
    // What is left is of use to a parent that still reads, which is not waited for long.
    outbox.finish(seconds: 1)
    return code
  }

  private mutating func serveToTheEnd() -> CInt {
    guard
      send(
        .init(
          hello: .init(
            wire: Wire.version, pid: pid, tasks: tasks.names, mode: forks ? "fork" : "exec",
            information: information))), outbox.write()
    else { return 1 }
    while true {
      let ready = wait()
      if ready.output, !outbox.write() { return 1 }
      if ready.input, !readRequests() { return 0 }
      for pid in ready.requests { workers[pid]?.writeRequest() }
      for pid in ready.workers { guard readPipes(of: pid) else { return 1 } }
      guard startWaiting() else { return 1 }
      if ready.child {
        clinux_drain_signal_descriptor(childSignal)
        guard reap() else { return 1 }
      }
      guard sendProgress() else { return 1 }
      workers.killOverdue()
      prepareSpare()
      guard flushIfDue() else { return 1 }
    }
  }

  // MARK: - Waiting

  /// Waits until there is something to do.
  private func wait() -> HostPoll.Ready {
    var poll = HostPoll(childSignal: childSignal, workers, outbox)
    if let ready = poll.wait(timeout()) { return ready }
    // poll(2) has not the memory to wait. All pipes can be looked into without it.
    usleep(10_000)
    return poll.everything
  }

  /// Milliseconds until a deadline or a held-back report is due; -1 for never.
  private func timeout() -> CInt {
    var next = workers.nextTime(progressInterval: Self.progressInterval)
    if !outbox.isEmpty, !outbox.isBlocked {
      next = min(next ?? .max, outbox.heldSince &+ HostOutbox.holdingTime)
    }
    if let shortUntil, !waiting.isEmpty { next = min(next ?? .max, shortUntil) }
    guard let next else { return -1 }
    let now = MonotonicClock.now()
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
        guard let request = Wire.request(line), take(request) else {
          send(.init(failed: .init(message: "a request cannot be read")))
          return false
        }
      }
      return !requests.isOverflown && startWaiting()
    }
  }

  /// Does what a request says, or takes note of it; false for one that makes no sense.
  private mutating func take(_ request: Wire.Request) -> Bool {
    if let start = request.start {
      let job = start.job
      guard !workers.has(job), !waiting.contains(where: { $0.job == job }) else { return false }
      waiting.append(start)
    } else if let cancel = request.cancel {
      self.cancel(cancel)
    } else if let pause = request.pause {
      workers.pause()
      send(.init(paused: .init(number: pause.number)), isUrgent: true)
    } else if request.resume != nil {
      workers.resume()
    }
    return true
  }

  /// Starts the jobs for which there is room, in the order they came; false when the parent is
  /// gone.
  private mutating func startWaiting() -> Bool {
    if let time = shortUntil, time <= MonotonicClock.now() { shortUntil = nil }
    while let next = waiting.first, workers.hasRoom(next.slots), !workers.isPaused,
      !outbox.isCongested, shortUntil == nil
    {
      do throws(FramePoolError) {
        let worker = try takeSpare()
        waiting.removeFirst()
        guard start(next, worker) else { return false }
      } catch {
        // A worker that ends leaves what is missing.
        guard workers.isEmpty else {
          shortUntil = MonotonicClock.now() &+ Self.shortage
          break
        }
        waiting.removeFirst()
        let failure = Wire.RemoteError(code: error.code, message: error.message)
        guard
          send(
            .init(
              ended: .init(job: next.job, pid: 0, error: failure, usage: .none, output: "")))
        else { return false }
      }
    }
    return true
  }

  private mutating func takeSpare() throws(FramePoolError) -> SpareWorker {
    if let spare = spare.take() { return spare }
    return try SpareWorker.start(forks: forks, tasks: tasks)
  }

  private mutating func cancel(_ request: Wire.Request.Cancel) {
    if let index = waiting.firstIndex(where: { $0.job == request.job }) {
      waiting.remove(at: index)
      send(
        .init(
          ended: .init(
            job: request.job, pid: 0, killedFor: .cancelled, usage: .none, output: "")))
    } else if request.onlyWaiting != true {
      workers.kill(job: request.job, for: .cancelled)
    }
  }

  /// Whether workers are forked: with more than one thread, a fork may copy a lock that is held.
  private var forks: Bool { !forcesExec && ThreadCount.current() == 1 }

  private mutating func start(_ request: Wire.Request.Start, _ worker: SpareWorker) -> Bool {
    starts += 1
    isSpareWorthATry = true
    var process = WorkerProcess(
      worker, request, maximumResult: tasks.task(request.task)?.maximumResult ?? 0)
    let vacated = process.threads == 1 ? workers.vacatedCPU(of: cpus) : nil
    if let vacated { CPUPlacement.move(worker.pid, to: [vacated]) }
    process.writeRequest()
    if vacated != nil { CPUPlacement.move(worker.pid, to: cpus) }
    workers[worker.pid] = process
    workers.place(on: cpus, limit: cpuLimit)
    return send(
      .init(
        started: .init(
          job: request.job, pid: worker.pid, at: MonotonicClock.seconds(since: bornAt))))
  }

  /// Starts the next worker ahead of its task, while there is work.
  ///
  /// The first task of a host is no sign that another follows.
  private mutating func prepareSpare() {
    guard spare == nil, isSpareWorthATry, !workers.isEmpty, !workers.isPaused, starts > 1 else {
      return
    }
    spare = try? SpareWorker.start(forks: forks, tasks: tasks)
    isSpareWorthATry = spare != nil
  }

  // MARK: - Workers

  /// Reads what a worker wrote and passes its parts on; false when the parent is gone.
  private mutating func readPipes(of pid: pid_t) -> Bool {
    workers[pid]?.readPipes(listens: !outbox.isCongested)
    guard sendParts(of: pid) else { return false }
    if let worker = workers[pid] { warmUp(for: worker) }
    if workers[pid]?.isOverflown == true { workers.kill(pid, for: .overlongResult) }
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
      if child == spare?.pid {
        spare.take()?.closePipes()
        isSpareWorthATry = false
      }
      shortUntil = nil
      guard var worker = workers.remove(child) else { continue }
      isSpareWorthATry = true
      worker.readRest()
      worker.closePipes()
      if waiting.isEmpty { workers.place(on: cpus, limit: cpuLimit) }
      warmUp(for: worker)
      for text in worker.takeParts() { send(.init(part: .init(job: worker.job, text: text))) }
      if let body = worker.takeProgress() {
        send(.init(progress: .init(job: worker.job, body: body)))
      }
      // Before the report: the next one is at work while this one is told of.
      guard startWaiting() else { return false }
      guard sendEnded(worker.ended(status, usage, &outOfMemoryKills)) else { return false }
    }
  }

  /// Reports the end of a worker.
  ///
  /// Its result is text within the wire's JSON, where a byte may become six: what a hostile worker
  /// writes must not make a line that the parent cannot take.
  private mutating func sendEnded(_ ended: Wire.Report.Ended) -> Bool {
    let line = Wire.line(Wire.Report(ended: ended))
    if line.count <= Wire.maximumLine { return outbox.append(line) }
    var shortened = ended
    shortened.result = nil
    shortened.error = nil
    shortened.killedFor = .overlongResult
    return send(.init(ended: shortened))
  }

  private mutating func sendProgress() -> Bool {
    let now = MonotonicClock.now()
    for pid in workers.pids {
      guard let worker = workers[pid], worker.hasProgress,
        now - worker.lastProgressSent >= Self.progressInterval,
        let body = workers[pid]?.takeProgress()
      else { continue }
      workers[pid]?.lastProgressSent = now
      guard send(.init(progress: .init(job: worker.job, body: body))) else { return false }
    }
    return true
  }

  // MARK: - Reports

  /// Tells the parent something, at the end of this turn or a little later; false when it is gone.
  @discardableResult
  private mutating func send(_ report: Wire.Report, isUrgent: Bool = false) -> Bool {
    outbox.append(Wire.line(report), isUrgent: isUrgent)
  }

  /// Lets go of what is held, unless there is work enough to go on with; false when the parent is
  /// gone.
  private mutating func flushIfDue() -> Bool {
    // A full pipe is waited for, and written to then.
    guard !outbox.isEmpty, !outbox.isBlocked else { return true }
    let hasWork = waiting.first.map { waiting.count > $0.slots } ?? false
    let isYoung = MonotonicClock.now() &- outbox.heldSince < HostOutbox.holdingTime
    return hasWork && isYoung && !outbox.isUrgent && !workers.isPaused || outbox.write()
  }
}
