import Glibc
import Synchronization
import Testing

@testable import FramePool
@testable import pool_test_host

/// Hosts that start, fail to start, and die.
@Suite struct HostTests {
  @Test func aHostThatDiesIsReplacedAndItsTasksRunAgain() async throws {
    let kills = Counter()
    let results = try await withPool(slots: 2) { pool in
      var results: [TaskResult<Double>] = []
      let all = pool.map(Sleep.self, over: [1.0, 1.0, 1.0, 1.0], order: .input) { event in
        if case .started(0, _, let pid, let attempt) = event, attempt == 1,
          let host = Processes.parent(of: pid)
        {
          kills.increment()
          kill(host, SIGKILL)
        }
      }
      for await result in all { results.append(result) }
      return results
    }
    #expect(kills.value == 1)
    #expect(results.count == 4)
    for result in results { #expect(try result.get() == 1.0) }
    #expect(results[0].attempts == 2)
  }

  @Test func aTaskUnderWhichEveryHostDiesIsGivenUp() async throws {
    let result = try await withPool(slots: 1) { pool in
      var last: TaskResult<Double>?
      let all = pool.map(Sleep.self, over: [5.0]) { event in
        if case .started(_, _, let pid, _) = event, let host = Processes.parent(of: pid) {
          kill(host, SIGKILL)
        }
      }
      for await result in all { last = result }
      return last
    }
    #expect(result?.attempts == PoolCore.patience)
    guard case .failure(.hostLost)? = result?.outcome else {
      Issue.record("expected a lost host, got \(String(describing: result?.outcome))")
      return
    }
  }

  @Test func theReadOnlyPartsOfALibraryAreOneMapping() async throws {
    let result = try await withPool(slots: 1) { try await $0.submit(Mappings.self, "/libc.so") }
    let lines = try result.get()
    #expect(lines.contains { $0.contains(" r-xp 00000000 ") }, "\(lines)")
    #expect(!lines.contains { $0.contains(" r--p 00000000 ") }, "\(lines)")
    #expect(!lines.contains { $0.contains("rwxp") }, "\(lines)")
  }

  @Test(arguments: [
    ["/nonexistent/program", "host"], ["/bin/false"], ["/bin/echo", "hello"],
  ])
  func aProgramThatIsNoHostIsALostHost(command: [String]) async throws {
    let host = PoolHost(name: "none", command: command, slots: 1)
    let result = try await ProcessPool.run(hosts: [host]) { pool in
      try await pool.submit(Sum.self, [1])
    }
    guard case .failure(.hostLost) = result.outcome else {
      Issue.record("expected a lost host, got \(result.outcome)")
      return
    }
  }

  @Test func theReasonOfAFailedWarmUpIsTold() async throws {
    let result = try await withPool(warmUp: ["fail"]) { try await $0.submit(Sum.self, [1]) }
    guard case .failure(.hostLost(let reason)) = result.outcome else {
      Issue.record("expected a lost host, got \(result.outcome)")
      return
    }
    #expect(reason.contains("it is too cold"))
  }

  @Test func aCancelledTaskIsNotDoneAgainAfterItsHostsDeath() async throws {
    let result = try await withPool(slots: 1) { pool in
      try await withThrowingTaskGroup(of: TaskResult<Double>.self) { group in
        let host = Mutex<Int32?>(nil)
        group.addTask {
          var last: TaskResult<Double>?
          let all = pool.map(Sleep.self, over: [2.0]) { event in
            if case .started(_, _, let pid, _) = event {
              host.withLock { $0 = Processes.parent(of: pid) }
            }
          }
          for await result in all { last = result }
          return try #require(last)
        }
        _ = await Processes.eventually { host.withLock { $0 } != nil }
        if let host = host.withLock({ $0 }) {
          // A stopped host reads nothing; then it dies with the request to cancel unread.
          kill(host, SIGSTOP)
          group.cancelAll()
          kill(host, SIGKILL)
        }
        return try await group.next()
      }
    }
    #expect(result?.outcome == .failure(.cancelled))
    #expect(result?.attempts == 1)
  }

  @Test func terminatingBeforeAHostIsThereEndsThePool() async throws {
    let host = PoolHost(name: "slow", command: ["/bin/sleep", "60"], slots: 1)
    let result = try await ProcessPool.run(hosts: [host]) { pool in
      await withTaskGroup(of: Bool.self) { group in
        group.addTask { (try? await pool.hostInformation()) == nil }
        try? await Task.sleep(for: .milliseconds(100))
        pool.terminate()
        return await group.next()
      }
    }
    #expect(result == true)
  }

  @Test func workersShareWhatTheHostWarmedUp() async throws {
    let arguments = try await withPool(warmUp: ["tea", "coffee"]) { pool in
      try await pool.submit(Warmth.self, "").get()
    }
    #expect(arguments == ["tea", "coffee"])
  }

  @Test func aWorkerCanAskForAWarmUpOfItsSuccessors() async throws {
    let arguments = try await withPool(slots: 1) { pool in
      var arguments: [[String]] = []
      for await result in pool.map(Warmth.self, over: ["soup", "soup", ""], order: .input) {
        arguments.append(try result.get())
      }
      return arguments
    }
    #expect(arguments == [[], ["soup"], ["soup"]])
  }

  @Test func aHostWithThreadsStartsWorkersByExec() async throws {
    try await withPool(warmUp: ["thread"]) { pool in
      let mode = try await pool.hostInformation()["mode"]
      #expect(mode == "exec")
      let sum = try await pool.submit(Sum.self, [20, 22])
      #expect(sum.outcome == .success(42))
      let death = try await pool.submit(Die.self, SIGSEGV)
      #expect(death.outcome == .failure(.crashed(signal: SIGSEGV)))
    }
  }

  @Test func aHostWithoutThreadsForks() async throws {
    try await withPool { pool in
      let mode = try await pool.hostInformation()["mode"]
      #expect(mode == "fork")
    }
  }

  @Test func workersDieWithTheirHost() async throws {
    let pids = Mutex<[Int32]>([])
    try await withPool(slots: 2) { pool in
      let results = pool.map(Sleep.self, over: [60.0, 60]) { event in
        guard case .started(let index, _, let pid, let attempt) = event, attempt == 1 else {
          return
        }
        pids.withLock { $0.append(pid) }
        if index == 1, let host = Processes.parent(of: pid) {
          kill(host, SIGKILL)
          pool.drain()
        }
      }
      for await result in results { #expect(result.outcome == .failure(.cancelled)) }
    }
    let workers = pids.withLock { $0 }
    #expect(workers.count == 2)
    #expect(await Processes.eventually { workers.allSatisfy { !Processes.isAlive($0) } })
  }

  @Test func severalHostsShareTheWork() async throws {
    let hosts = (0..<3).map { index in
      PoolHost(name: "host\(index)", command: [Products.poolTestHost, "host"], slots: 1)
    }
    let names = try await ProcessPool.run(hosts: hosts) { pool in
      _ = try await pool.hostInformation()
      var names: Set<String> = []
      for await result in pool.map(Sleep.self, over: (0..<12).map { _ in 0.1 }) {
        _ = try result.get()
        if let host = result.host { names.insert(host) }
      }
      return names
    }
    #expect(names == ["host0", "host1", "host2"])
  }

  @Test func nothingIsLeftAfterAPool() async throws {
    await #expect(processExitsWith: .success) {
      func descriptors() -> Int { (0..<1024).filter { fcntl($0, F_GETFD) >= 0 }.count }
      // The first pool starts what stays for the process's life, such as the epoll descriptor.
      _ = try await withPool { try await $0.submit(Sum.self, [1]) }
      let before = descriptors()
      for _ in 0..<5 {
        _ = try await withPool { pool in
          _ = try await pool.submit(Die.self, SIGKILL)
          return try await pool.submit(Sum.self, [1])
        }
      }
      precondition(descriptors() == before, "descriptors leak")
      precondition(Processes.children(of: getpid()).isEmpty, "a child is left")
    }
  }
}
