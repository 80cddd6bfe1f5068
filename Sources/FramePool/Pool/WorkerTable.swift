import CLinux
import Glibc

/// The workers of a host that have a job: when they are killed, stopped and moved.
struct WorkerTable {
  private var workers: [pid_t: WorkerProcess] = [:]
  /// Since when all of them are stopped; nil while they run.
  private var pausedAt: UInt64?

  var isEmpty: Bool { workers.isEmpty }

  /// Whether they are stopped, and none may be started.
  var isPaused: Bool { pausedAt != nil }

  var pids: [pid_t] { Array(workers.keys) }

  var all: Dictionary<pid_t, WorkerProcess>.Values { workers.values }

  subscript(pid: pid_t) -> WorkerProcess? {
    get { workers[pid] }
    _modify { yield &workers[pid] }
  }

  mutating func remove(_ pid: pid_t) -> WorkerProcess? {
    workers.removeValue(forKey: pid)
  }

  /// Whether another worker may start.
  ///
  /// One that has given its result is as good as gone: its exit, half a millisecond of the
  /// kernel's, need not be waited for. A hostile one may say so and go on, hence the second bound.
  func hasRoom(_ slots: Int) -> Bool {
    workers.count < slots * 2 && workers.values.count { !$0.isDone } < slots
  }

  /// Whether a job has a worker.
  func has(_ job: UInt64) -> Bool { workers.values.contains { $0.job == job } }

  /// The CPU of a worker that is done and has not ended, for the one that follows.
  ///
  /// It is busy until the exit is through, so the kernel would wake the next one elsewhere, behind
  /// another worker; and a CPU that falls idle for a moment often takes nothing over.
  mutating func vacatedCPU(of cpus: [Int32]) -> Int32? {
    for pid in workers.keys {
      if let cpu = workers[pid]?.takeLastCPU(), cpus.contains(cpu) { return cpu }
    }
    return nil
  }

  /// Keeps workers of several threads on their share of the CPUs: see ``CPUShares``.
  ///
  /// Called when one starts, and when one has gone that no other follows.
  mutating func place(on cpus: [Int32], limit: Int) {
    guard workers.values.contains(where: { $0.threads > 1 || $0.place != nil }) else { return }
    let order = workers.values.filter { !$0.isDone }.sorted { $0.startedAt < $1.startedAt }
    let places = CPUShares.places(cpus, limit: limit, threads: order.map(\.threads))
    for (worker, place) in zip(order, places) where worker.place != place {
      workers[worker.pid]?.place = place
      CPUPlacement.keep(worker.pid, on: place ?? cpus)
    }
  }

  // MARK: - Time

  /// When something is due next: a report of progress after so many nanoseconds, or a deadline.
  func nextTime(progressInterval: UInt64) -> UInt64? {
    var next: UInt64?
    for worker in workers.values {
      let report = worker.hasProgress ? worker.lastProgressSent &+ progressInterval : nil
      let deadline = worker.killedFor == nil && !isPaused ? worker.deadline : nil
      for time in [report, deadline].compactMap({ $0 }) { next = min(next ?? time, time) }
    }
    return next
  }

  /// Kills those whose time is up; it does not run while they are stopped.
  mutating func killOverdue() {
    guard !isPaused else { return }
    let now = MonotonicClock.now()
    for (pid, worker) in workers where worker.killedFor == nil {
      if let deadline = worker.deadline, deadline <= now { kill(pid, for: .timeout) }
    }
  }

  /// Stops all of them, each with its process group.
  mutating func pause() {
    guard !isPaused else { return }
    pausedAt = MonotonicClock.now()
    for pid in workers.keys { Glibc.kill(-pid, SIGSTOP) }
  }

  /// Lets all of them go on, with as much time as they had.
  mutating func resume() {
    guard let pausedAt else { return }
    self.pausedAt = nil
    let paused = MonotonicClock.now() &- pausedAt
    for pid in workers.keys {
      workers[pid]?.delay(paused)
      Glibc.kill(-pid, SIGCONT)
    }
  }

  // MARK: - Ending

  mutating func kill(job: UInt64, for reason: Wire.KillReason) {
    if let pid = workers.first(where: { $0.value.job == job })?.key { kill(pid, for: reason) }
  }

  mutating func kill(_ pid: pid_t, for reason: Wire.KillReason) {
    guard workers[pid]?.killedFor == nil else { return }
    workers[pid]?.killedFor = reason
    Glibc.kill(-pid, SIGKILL)
    Glibc.kill(pid, SIGKILL)
  }

  /// Kills all, and waits for their ends a little: one that the kernel holds on to is its own.
  func killAll(_ spare: SpareWorker?) {
    spare?.discard()
    for pid in workers.keys { Glibc.kill(-pid, SIGKILL) }
    var left = Array(workers.keys) + (spare.map { [$0.pid] } ?? [])
    for _ in 0..<1000 {
      left.removeAll {
        var status: CInt = 0
        return waitpid($0, &status, WNOHANG) != 0
      }
      if left.isEmpty { return }
      usleep(1000)
    }
  }
}
