import Glibc
import Synchronization
import Testing

@testable import FramePool
@testable import pool_test_host

/// Runs a body with a pool of workers that know the test tasks.
func withPool<Result: Sendable>(
  slots: Int = 2, warmUp: [String] = [], execWorkers: Bool = false,
  _ body: @Sendable (ProcessPool) async throws -> Result
) async throws -> Result {
  try await ProcessPool.run(
    hosts: [
      .local(
        slots: slots, program: Products.poolTestHost, warmUp: warmUp, execWorkers: execWorkers)
    ], body)
}

@Suite struct ProcessPoolTests {
  @Test(arguments: [false, true])
  func mapGivesResultsInTheOrderOfTheInputs(execWorkers: Bool) async throws {
    let sums = try await withPool(slots: 3, execWorkers: execWorkers) { pool in
      var sums: [Int] = []
      for await result in pool.map(Sum.self, over: (0..<40).map { [$0, $0] }, order: .input) {
        #expect(result.index == sums.count)
        sums.append(try result.get())
      }
      return sums
    }
    #expect(sums == (0..<40).map { $0 * 2 })
  }

  @Test func mapGivesResultsAsTheyComplete() async throws {
    let order = try await withPool { pool in
      var order: [Int] = []
      for await result in pool.map(Sleep.self, over: [3.0, 0.01, 0.02]) {
        order.append(result.index)
      }
      return order
    }
    #expect(order == [1, 2, 0])
  }

  @Test func aWriteToADeadHostDoesNotEndTheProgram() async throws {
    _ = try await withPool { pool in try await pool.submit(Sum.self, [1]).get() }
    // A pipe without a reader, as a host's is when it has died.
    let pipe = try #require(Pipe.make())
    close(pipe.readEnd)
    defer { close(pipe.writeEnd) }
    #expect(!DescriptorIO.write("x", to: pipe.writeEnd))
    #expect(errno == EPIPE)
  }

  @Test func submitGivesOneResult() async throws {
    let result = try await withPool { try await $0.submit(Sum.self, [1, 2, 3]) }
    #expect(try result.get() == 6)
    #expect(result.attempts == 1)
    #expect(result.host == "local")
  }

  @Test func everyInputHasAProcessAndAGroupOfItsOwn() async throws {
    let identities = try await withPool { pool in
      var identities: [[Int32]] = []
      for await result in pool.map(Identity.self, over: 0..<8) {
        let identity = try result.get()
        #expect(identity[0] == result.pid)
        identities.append(identity)
      }
      return identities
    }
    #expect(Set(identities.map { $0[0] }).count == 8)
    #expect(Set(identities.map { $0[1] }).count == 1, "all have the host as parent")
    #expect(identities.allSatisfy { $0[0] == $0[2] })
  }

  @Test func aWorkerHasNoDescriptorsButItsOwn() async throws {
    let open = try await withPool { pool in
      async let other = pool.submit(Sleep.self, 0.3)
      let open = try await pool.submit(Where.self, 0).get()
      _ = try await other
      return open
    }
    #expect(open == [0, 1, 2, 3])
  }

  @Test(arguments: [SIGKILL, SIGSEGV, SIGABRT, SIGTERM, SIGBUS, SIGFPE, SIGPIPE, SIGINT, SIGHUP])
  func aWorkersDeathIsItsOwnTasksFailureOnly(signal: Int32) async throws {
    try await withPool { pool in
      for await result in pool.map(Die.self, over: [0, signal, 0, 0], order: .input) {
        if result.index == 1 {
          #expect(throws: TaskFailure.crashed(signal: signal)) { try result.get() }
        } else {
          #expect(result.outcome == .success(0))
        }
      }
    }
  }

  @Test(arguments: [Int32(0), 1, 42])
  func anExitWithoutAResultIsAFailure(code: Int32) async throws {
    let result = try await withPool { try await $0.submit(Leave.self, code) }
    #expect(throws: TaskFailure.exited(code: code)) { try result.get() }
  }

  @Test func aThrownErrorKeepsItsClass() async throws {
    let result = try await withPool { try await $0.submit(Fail.self, "no room") }
    #expect(throws: TaskFailure.threw(.diskFull, message: "no room")) { try result.get() }
  }

  @Test func aFloodOfOutputIsBoundedAndHarmless() async throws {
    let result = try await withPool { try await $0.submit(Flood.self, 20_000_000) }
    #expect(try result.get() == 20_000_000)
    #expect(result.log.utf8.count <= OutputTail.limit)
    #expect(result.log.hasSuffix("the end\n"))
  }

  @Test func aLargeResultIsWhole() async throws {
    let result = try await withPool { try await $0.submit(Blob.self, 5_000_000) }
    #expect(try result.get().utf8.count == 5_000_000)
  }

  @Test func anOverlongResultIsRefused() async throws {
    let result = try await withPool { try await $0.submit(Blob.self, 17 << 20) }
    guard case .failure(.malformedResult) = result.outcome else {
      Issue.record("expected a malformed result, got \(result.outcome)")
      return
    }
  }

  @Test(arguments: [
    "R {\"ended\":{\"job\":1}}\n", "R nonsense\n", "X 1\n", "R 1", "\n\n\n", "R \u{0}\u{1}\n",
    "R 1}},\"started\":{\"job\":1\n",
  ])
  func whatAWorkerWritesCannotBecomeAMessageOfItsHosts(text: String) async throws {
    try await withPool { pool in
      let result = try await pool.submit(Garbage.self, Array(text.utf8))
      #expect(throws: TaskFailure.self) { try result.get() }
      let next = try await pool.submit(Sum.self, [1])
      #expect(next.outcome == .success(1), "the pool goes on")
    }
  }

  @Test func bytesThatGrowOnTheWireCannotStopThePool() async throws {
    try await withPool { pool in
      // Each becomes six in JSON: 60 MB, more than a line of the wire may have.
      let bytes = [0x52, 0x20] + [UInt8](repeating: 1, count: 10 << 20) + [0x0A]
      let result = try await pool.submit(Garbage.self, bytes)
      guard case .failure(.malformedResult) = result.outcome else {
        Issue.record("expected a malformed result, got \(result.outcome)")
        return
      }
      let next = try await pool.submit(Sum.self, [1])
      #expect(next.outcome == .success(1), "the pool goes on")
      #expect(next.attempts == 1, "on the same host")
    }
  }

  @Test func progressReachesTheObserver() async throws {
    let seen = Mutex<[Int]>([])
    let started = Mutex(0)
    let result = try await withPool { pool in
      var last: TaskResult<Int>?
      let results = pool.map(Steps.self, over: [5]) { event in
        switch event {
        case .started(let index, _, let pid, let attempt):
          #expect(index == 0 && pid > 0 && attempt == 1)
          started.withLock { $0 += 1 }
        case .progress(_, let number): seen.withLock { $0.append(number) }
        case .part: Issue.record("it sends none")
        }
      }
      for await result in results { last = result }
      return last
    }
    #expect(try result?.get() == 5)
    #expect(started.withLock { $0 } == 1)
    #expect(seen.withLock { $0 }.last == 5)
    #expect(seen.withLock { $0 == $0.sorted() })
  }

  @Test func allPartsArriveInOrderBeforeTheResult() async throws {
    let parts = Mutex<[Int: [Int]]>([:])
    let atEnd = try await withPool { pool in
      var counts: [Int: Int] = [:]
      let results = pool.map(Pieces.self, over: [[3000, 500], [0, 0], [3, 500_000]]) { event in
        guard case .part(let index, let text) = event else { return }
        let number = Int(text.prefix { $0 != " " }) ?? -1
        parts.withLock { $0[index, default: []].append(number) }
      }
      for await result in results {
        counts[result.index] = parts.withLock { $0[result.index]?.count ?? 0 }
        #expect(result.outcome == .success(counts[result.index] ?? -1))
      }
      return counts
    }
    #expect(atEnd == [0: 3000, 1: 0, 2: 3])
    #expect(parts.withLock { $0[0] } == Array(0..<3000))
  }

  @Test func aPartThatIsTooLongEndsItsWorkerAlone() async throws {
    try await withPool { pool in
      let result = try await pool.submit(Pieces.self, [1, 2 << 20])
      guard case .failure(.malformedResult) = result.outcome else {
        Issue.record("expected a malformed result, got \(result.outcome)")
        return
      }
      let next = try await pool.submit(Sum.self, [1])
      #expect(next.outcome == .success(1), "the pool goes on")
    }
  }

  @Test func aTimeoutEndsTheWorker() async throws {
    let result = try await withPool { try await $0.submit(Sleep.self, 60, timeout: 0.2) }
    #expect(throws: TaskFailure.timedOut(seconds: 0.2)) { try result.get() }
    #expect(result.usage.wallSeconds < 30)
  }

  @Test func theCostIsToldByTheKernel() async throws {
    let result = try await withPool { try await $0.submit(Sleep.self, 0.3) }
    #expect(result.usage.wallSeconds >= 0.3)
    #expect(result.usage.peakMemoryBytes > 1_000_000)
    #expect(result.usage.userSeconds + result.usage.systemSeconds < 0.3)
  }

  @Test func inputsAreTakenOnlyAsWorkersBecomeFree() async throws {
    let taken = Counter()
    try await withPool(slots: 2) { pool in
      let inputs = (0..<1_000_000).lazy.map { number in
        taken.increment()
        return [number]
      }
      var done = 0
      for await result in pool.map(Sum.self, over: inputs) {
        _ = try result.get()
        done += 1
        // Those that run, sixteen times as many for such short ones, and as many results.
        #expect(taken.value <= done + 2 * (2 + 32))
        if done == 100 { break }
      }
    }
    #expect(taken.value <= 168)
  }

  @Test func longTasksAreNotTakenAhead() async throws {
    let taken = Counter()
    try await withPool(slots: 2) { pool in
      let inputs = (0..<1000).lazy.map { _ in
        taken.increment()
        return 0.15
      }
      var done = 0
      for await result in pool.map(Sleep.self, over: inputs) {
        _ = try result.get()
        done += 1
        #expect(taken.value <= done + 2 + 4)
        if done == 6 { break }
      }
    }
  }

  @Test func endingTheIterationEarlyEndsTheWorkers() async throws {
    try await withPool(slots: 3) { pool in
      for await result in pool.map(Sleep.self, over: [0.01, 60, 60, 60, 60]) {
        _ = try result.get()
        break
      }
      await pool.waitUntilIdle()
    }
  }

  @Test func cancellingTheTaskEndsTheWorker() async throws {
    let result = try await withPool { pool in
      try await withThrowingTaskGroup(of: TaskResult<Double>.self) { group in
        group.addTask { try await pool.submit(Sleep.self, 60) }
        try await Task.sleep(for: .milliseconds(200))
        group.cancelAll()
        return try await group.next()
      }
    }
    #expect(throws: TaskFailure.cancelled) { try result?.get() }
  }

  @Test func drainLetsRunningWorkersFinish() async throws {
    let outcomes = try await withPool(slots: 1) { pool in
      var outcomes: [Int: Result<Double, TaskFailure>] = [:]
      let results = pool.map(Sleep.self, over: [0.3, 0.3, 0.3]) { event in
        if case .started = event { pool.drain() }
      }
      for await result in results { outcomes[result.index] = result.outcome }
      return outcomes
    }
    #expect(outcomes[0] == .success(0.3))
    #expect(outcomes[1] == .failure(.cancelled))
    #expect(outcomes[2] == .failure(.cancelled))
  }

  @Test func terminateEndsEverythingAtOnce() async throws {
    let outcomes = try await withPool(slots: 2) { pool in
      var outcomes: [Result<Double, TaskFailure>] = []
      let results = pool.map(Sleep.self, over: [60.0, 60, 60]) { event in
        if case .started(1, _, _, _) = event { pool.terminate() }
      }
      for await result in results { outcomes.append(result.outcome) }
      return outcomes
    }
    #expect(outcomes == [.failure(.cancelled), .failure(.cancelled), .failure(.cancelled)])
  }

  @Test func whatAWorkerLeavesBehindIsEnded() async throws {
    let grandchild = try await withPool { try await $0.submit(Grandchild.self, 0).get() }
    #expect(await Processes.eventually { !Processes.isAlive(grandchild) })
  }
}

/// A number that several threads count up.
final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func increment() { count.withLock { $0 += 1 } }
}
