import Glibc
import Synchronization
import Testing

@testable import FramePool
@testable import pool_test_host

@Suite(.timeLimit(.minutes(2))) struct PauseTests {
  /// What the kernel says of a process from its state on: proc_pid_stat(5).
  private func status(_ pid: Int32) -> [Substring] {
    guard let text = TextFile.read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
      return []
    }
    return text[end...].split(separator: " ")
  }

  /// The ticks of CPU time that a process has used.
  private func ticks(_ pid: Int32) -> Int? {
    let fields = status(pid)
    guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else {
      return nil
    }
    return user + system
  }

  private final class Pids: Sendable {
    private let pids = Mutex<[Int32]>([])
    var all: [Int32] { pids.withLock { $0 } }
    func note(_ event: TaskEvent<NoProgress>) {
      if case .started(_, _, let pid, _) = event { pids.withLock { $0.append(pid) } }
    }
  }

  @Test(arguments: [false, true])
  func workersStandStillWhileThePoolIsPaused(execWorkers: Bool) async throws {
    try await withPool(slots: 2, execWorkers: execWorkers) { pool in
      let pids = Pids()
      try await withThrowingTaskGroup(of: Int.self) { group in
        group.addTask {
          var done = 0
          let results = pool.map(Spin.self, over: [0.7, 0.7, 0.1], timeout: 20) { pids.note($0) }
          for await result in results {
            _ = try result.get()
            done += 1
          }
          return done
        }
        #expect(await Processes.eventually { pids.all.count == 2 })
        await pool.pause()
        // One that waits for a CPU when the signal comes has stopped when it gets one.
        #expect(
          await Processes.eventually {
            pids.all.allSatisfy { status($0).dropFirst().first == "T" }
          })
        let before = pids.all.map { ticks($0) }
        try await Task.sleep(for: .milliseconds(400))
        #expect(pids.all.map { ticks($0) } == before)
        #expect(before.allSatisfy { $0 != nil })
        #expect(pids.all.count == 2, "none is started")
        pool.resume()
        #expect(try await group.next() == 3)
      }
    }
  }

  @Test func timeDoesNotRunWhileThePoolIsPaused() async throws {
    let result = try await withPool(slots: 1) { pool in
      let pids = Pids()
      return try await withThrowingTaskGroup(of: TaskResult<Double>?.self) { group in
        group.addTask {
          var last: TaskResult<Double>?
          for await result in pool.map(Spin.self, over: [0.1], timeout: 1.5, observer: pids.note) {
            last = result
          }
          return last
        }
        #expect(await Processes.eventually { pids.all.count == 1 })
        await pool.pause()
        try await Task.sleep(for: .milliseconds(2000))
        pool.resume()
        return try await group.next() ?? nil
      }
    }
    #expect(result?.outcome == .success(0.1))
  }

  @Test func aPausedPoolCanBeEnded() async throws {
    let outcomes = try await withPool(slots: 2) { pool in
      let pids = Pids()
      return try await withThrowingTaskGroup(of: [Result<Double, TaskFailure>].self) { group in
        group.addTask {
          var outcomes: [Result<Double, TaskFailure>] = []
          for await result in pool.map(Spin.self, over: [60, 60, 60], observer: pids.note) {
            outcomes.append(result.outcome)
          }
          return outcomes
        }
        #expect(await Processes.eventually { pids.all.count == 2 })
        await pool.pause()
        pool.terminate()
        return try await group.next() ?? []
      }
    }
    #expect(outcomes == Array(repeating: .failure(.cancelled), count: 3))
  }

  @Test func aWorkerCanBeCancelledWhileItIsPaused() async throws {
    try await withPool(slots: 1) { pool in
      let pids = Pids()
      let result = try await withThrowingTaskGroup(of: TaskResult<Double>?.self) { group in
        group.addTask {
          var last: TaskResult<Double>?
          for await result in pool.map(Spin.self, over: [60], observer: pids.note) { last = result }
          return last
        }
        #expect(await Processes.eventually { pids.all.count == 1 })
        await pool.pause()
        group.cancelAll()
        return try await group.next() ?? nil
      }
      #expect(result?.outcome == .failure(.cancelled))
      pool.resume()
      #expect(try await pool.submit(Sum.self, [1]).outcome == .success(1))
    }
  }

  @Test func drainingAPausedPoolLetsWhatRunsFinishLater() async throws {
    let outcomes = try await withPool(slots: 1) { pool in
      let pids = Pids()
      return try await withThrowingTaskGroup(of: [Result<Double, TaskFailure>].self) { group in
        group.addTask {
          var outcomes: [Result<Double, TaskFailure>] = []
          for await result in pool.map(
            Spin.self, over: [0.3, 60], order: .input, observer: pids.note)
          {
            outcomes.append(result.outcome)
          }
          return outcomes
        }
        #expect(await Processes.eventually { pids.all.count == 1 })
        await pool.pause()
        pool.drain()
        pool.resume()
        return try await group.next() ?? []
      }
    }
    #expect(outcomes == [.success(0.3), .failure(.cancelled)])
  }

  @Test func aHostThatComesLaterIsPausedToo() async throws {
    try await withPool(slots: 1) { pool in
      await pool.pause()
      let pids = Pids()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for await result in pool.map(Spin.self, over: [0.01], observer: pids.note) {
            _ = try result.get()
          }
        }
        try await Task.sleep(for: .milliseconds(500))
        #expect(pids.all.isEmpty)
        pool.resume()
        try await group.waitForAll()
      }
      #expect(pids.all.count == 1)
    }
  }

  @Test func aStuckHostIsNotWaitedForLong() async throws {
    try await withPool(slots: 1) { pool in
      // A worker tells who its parent is.
      let host = try await pool.submit(Identity.self, 0).get()[1]
      kill(host, SIGSTOP)
      let time = await ContinuousClock().measure { await pool.pause() }
      #expect(time < .seconds(20))
      kill(host, SIGCONT)
      pool.resume()
      #expect(try await pool.submit(Sum.self, [1]).outcome == .success(1))
    }
  }
}
