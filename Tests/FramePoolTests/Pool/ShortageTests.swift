import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import FramePool
@testable import pool_test_host

/// Too little of what the system has.
@Suite(.timeLimit(.minutes(5))) struct ShortageTests {
  struct Call: CustomTestStringConvertible, Sendable {
    var name: String
    var number: CInt
    var testDescription: String { name }
  }

  static let calls = [
    Call(name: "fork", number: EAGAIN), Call(name: "pipe2", number: EMFILE),
    Call(name: "dup2", number: EMFILE), Call(name: "fcntl", number: EMFILE),
    Call(name: "pthread_create", number: EAGAIN), Call(name: "signalfd", number: EMFILE),
    Call(name: "poll", number: ENOMEM), Call(name: "mmap", number: ENOMEM),
  ]

  private static let compiler: Comment = "there is no C compiler"

  @Test(
    .enabled(if: FailingCalls.library != nil, compiler), arguments: calls,
    [(1, 1), (2, 1), (3, 1), (6, 1), (11, 1), (1, 1_000_000), (8, 1_000_000)])
  func aCallThatFailsInHostOrWorkerLosesNoResult(call: Call, which: (Int, Int)) async throws {
    let environment = FailingCalls.environment(
      call.name, call.number, first: which.0, count: which.1)
    let host = PoolHost(
      name: "short", command: ["/usr/bin/env"] + environment + [Products.poolTestHost, "host"],
      slots: 2)
    try await ProcessPool.run(hosts: [host]) { pool in
      var count = 0
      for await result in pool.map(Sum.self, over: (0..<8).map { [$0] }) {
        count += 1
        expectSuccessOrShortage(result.outcome, result.index)
      }
      #expect(count == 8)
      let twins = try await pool.submit(Twins.self, 5)
      expectSuccessOrShortage(twins.outcome, 5)
    }
  }

  private func expectSuccessOrShortage(_ outcome: Result<Int, TaskFailure>, _ value: Int) {
    switch outcome {
    case .success(let sum): #expect(sum == value)
    case .failure(let failure):
      #expect(failure.code == .outOfMemory, "\(failure)")
      #expect(failure.description.contains("limit") || failure.description.contains("raise"))
    }
  }

  @Test(.enabled(if: FailingCalls.library != nil, compiler))
  func aHostThatCannotForkNowWaitsForAWorkersEnd() async throws {
    // The first is forked, the second is not.
    let host = PoolHost(
      name: "short",
      command: ["/usr/bin/env"]
        + FailingCalls.environment("fork", EAGAIN, first: 2, count: 1)
        + [Products.poolTestHost, "host"], slots: 3)
    let outcomes = try await ProcessPool.run(hosts: [host]) { pool in
      var outcomes: [Result<Double, TaskFailure>] = []
      for await result in pool.map(Sleep.self, over: [0.2, 0.2, 0.2], order: .input) {
        outcomes.append(result.outcome)
      }
      return outcomes
    }
    #expect(outcomes == Array(repeating: .success(0.2), count: 3))
  }

  @Test(.enabled(if: FailingCalls.library != nil, compiler))
  func aWorkerWithoutThreadsDoesItsWorkWithOne() async throws {
    let host = PoolHost(
      name: "short",
      command: ["/usr/bin/env"]
        + FailingCalls.environment("pthread_create", EAGAIN, first: 1, count: 1000)
        + [Products.poolTestHost, "host"], slots: 1)
    let result = try await ProcessPool.run(hosts: [host]) { try await $0.submit(Twins.self, 3) }
    #expect(result.outcome == .success(3))
  }

  @Test(
    .enabled(if: FailingCalls.library != nil, compiler), arguments: calls,
    [(1, 1), (2, 1), (4, 1), (9, 1), (1, 1_000_000), (6, 1_000_000)])
  func aCallThatFailsInTheParentLosesNoResult(call: Call, which: (Int, Int)) async throws {
    // Without a single thread Swift's runtime waits until there is one.
    if call.name == "pthread_create", which.1 > 1 { return }
    let lines = try await run(
      ["/usr/bin/timeout", "60", "/usr/bin/env"]
        + FailingCalls.environment(call.name, call.number, first: which.0, count: which.1)
        + [Products.poolTestHost, "sums", "8"])
    #expect(lines.last == "done", "\(lines)")
    #expect(lines.count == 9, "\(lines)")
    for line in lines.dropLast() {
      #expect(line.hasPrefix("ok") || line.hasPrefix("outOfMemory"), "\(line)")
    }
  }

  private func run(_ command: [String]) async throws -> [String] {
    let result = try await Subprocess.run(
      .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
      output: .string(limit: 1 << 20), error: .discarded)
    return result.standardOutput.split(separator: "\n").map(String.init)
  }

  @Test func fewDescriptorsAreEnoughOrAreNamed() async throws {
    for limit in [12, 16, 17, 20, 24, 40] {
      let host = PoolHost(
        name: "short",
        command: [
          "/bin/sh", "-c", "ulimit -n \(limit); exec \"$0\" host", Products.poolTestHost,
        ], slots: 4)
      try await ProcessPool.run(hosts: [host]) { pool in
        var count = 0
        for await result in pool.map(Sum.self, over: (0..<20).map { [$0] }) {
          count += 1
          if case .failure(let failure) = result.outcome {
            #expect(failure.code == .outOfMemory, "\(failure)")
            #expect(failure.description.contains("ulimit -n"))
          }
        }
        #expect(count == 20)
      }
    }
  }

  @Test(arguments: ["objects", "arrays", "large", "null"], [false, true])
  func aWorkerThatRunsOutOfMemoryUnderALimitSaysSo(how: String, execWorkers: Bool) async throws {
    let result = try await withPool(execWorkers: execWorkers) {
      try await $0.submit(Exhaust.self, how, timeout: 60)
    }
    #expect(result.outcome.failureCode == .outOfMemory, "\(result.outcome) \(result.log)")
  }

  @Test func aCrashUnderALimitIsACrash() async throws {
    let result = try await withPool { try await $0.submit(Exhaust.self, "crash") }
    #expect(result.outcome == .failure(.crashed(signal: SIGSEGV)))
  }

  @Test func shortagesAreNamedInWords() {
    #expect(Shortage.process.error(EAGAIN).message.contains("ulimit -u"))
    #expect(Shortage.pipe.error(EMFILE).message.contains("ulimit -n"))
    #expect(Shortage.thread.error(ENOMEM).code == .outOfMemory)
    #expect(Shortage.process.error(EPERM).code == .internal)
    #expect(Shortage.process.error(ifShort: ENOENT) == nil)
  }
}
