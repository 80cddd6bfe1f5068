import Glibc
import Synchronization
import Testing

@testable import FramePool
@testable import pool_test_host

/// Numbers and texts from outside that make no sense.
@Suite(.timeLimit(.minutes(2))) struct SenseTests {
  @Test(arguments: [Double.nan, -1, 0, -Double.infinity])
  func aTimeoutThatIsNoneIsRefused(timeout: Double) async throws {
    let result = try await withPool { pool in
      let result = try await pool.submit(Sum.self, [1], timeout: timeout)
      for await mapped in pool.map(Sum.self, over: [[1], [2]], timeout: timeout) {
        #expect(mapped.outcome.failureCode == .refused)
      }
      return result
    }
    #expect(result.outcome.failureCode == .refused)
  }

  @Test(arguments: [Double.infinity, 1e300, 1e9, .greatestFiniteMagnitude])
  func aTimeoutThatNeverComesIsNone(timeout: Double) async throws {
    let result = try await withPool { try await $0.submit(Sum.self, [1], timeout: timeout) }
    #expect(result.outcome == .success(1))
  }

  @Test func hostsWithWhichThereCanBeNoPoolAreRefused() async throws {
    for hosts in [
      [], [PoolHost(name: "a", command: [], slots: 1)],
      [PoolHost(name: "a", command: [""], slots: 1)],
      [PoolHost.local(slots: 0)], [PoolHost.local(slots: -1)], [PoolHost.local(slots: .max)],
      [PoolHost.local(slots: .min)],
    ] {
      let error = await #expect(throws: FramePoolError.self) {
        try await ProcessPool.run(hosts: hosts) { _ in Issue.record("it has begun") }
      }
      #expect(error?.code == .refused)
    }
  }

  /// A host that says lines, after a greeting of its own, for each job that it is given.
  private func withLiar<Result: Sendable>(
    _ lines: [String], _ body: @Sendable (ProcessPool) async throws -> Result
  ) async throws -> Result {
    let hello =
      #"{"hello":{"wire":\#(Wire.version),"pid":1,"tasks":[],"mode":"fork","information":{}}}"#
    let script = "echo '\(hello)'; read request; printf '%s\\n' \"$@\"; cat >/dev/null"
    let host = PoolHost(name: "liar", command: ["/bin/sh", "-c", script, "sh"] + lines, slots: 1)
    return try await ProcessPool.run(hosts: [host], body)
  }

  @Test func wildNumbersAreBounded() async throws {
    let result = try await withLiar([
      #"{"started":{"job":1,"pid":-7,"at":1e300}}"#,
      #"{"ended":{"job":1,"pid":-7,"result":"3","exitCode":0,"usage":{"wallSeconds":-1e300,"#
        + #""userSeconds":1e300,"systemSeconds":-0.5,"peakMemoryBytes":9223372036854775807,"#
        + #""readBytes":-9223372036854775808},"output":""}}"#,
    ]) { try await $0.submit(Sum.self, [1]) }
    #expect(result.outcome == .success(3))
    #expect(result.pid == 0)
    #expect(result.usage.wallSeconds == 0)
    #expect(result.usage.userSeconds == 1e9)
    #expect(result.usage.systemSeconds == 0)
    #expect(result.usage.peakMemoryBytes == 1 << 53)
    #expect(result.usage.readBytes == 0)
    #expect(result.queuedSeconds >= 0 && result.queuedSeconds < 1000)
  }

  @Test(arguments: [
    #"{"ended":{"job":1,"pid":1,"error":{"code":"nonsense","message":"m"},"exitCode":0,"#
      + #""usage":{"wallSeconds":0,"userSeconds":0,"systemSeconds":0,"peakMemoryBytes":0,"#
      + #""readBytes":0},"output":""}}"#
  ])
  func aClassThatIsNoneIsInternal(line: String) async throws {
    let result = try await withLiar([line]) { try await $0.submit(Sum.self, [1]) }
    #expect(result.outcome == .failure(.threw(.internal, message: "m")))
  }

  @Test(arguments: [
    "{}", "[]", "null", #"{"started":{}}"#, #"{"started":{"job":-1,"pid":1,"at":0}}"#,
    #"{"started":{"job":1,"pid":99999999999,"at":0}}"#,
    #"{"started":{"job":1,"pid":1,"at":1e999}}"#,
    #"{"started":{"job":1,"pid":1,"at":0},"part":{"job":1,"text":""}}"#,
    #"{"hello":{"wire":2,"pid":1,"tasks":[],"mode":"fork","information":{}}}"#,
    #"{"ended":{"job":1,"pid":1,"killedFor":"nothing","usage":{},"output":""}}"#,
  ])
  func nonsenseIsTheHostsProblem(line: String) async throws {
    let result = try await withLiar([line]) { try await $0.submit(Sum.self, [1]) }
    #expect(result.outcome.failureCode == .hostLost)
  }

  @Test func aHostCannotSpeakOfAnothersJobs() async throws {
    let seen = Counter()
    let queued = Mutex<[Double]>([])
    let forged = [
      #"{"started":{"job":1,"pid":1,"at":0}}"#, #"{"progress":{"job":1,"body":"1"}}"#,
      #"{"part":{"job":1,"text":"x"}}"#,
      #"{"ended":{"job":1,"pid":1,"result":"9","exitCode":0,"#
        + #""usage":{"wallSeconds":0,"userSeconds":0,"systemSeconds":0,"peakMemoryBytes":0,"#
        + #""readBytes":0},"output":""}}"#,
    ]
    let core = PoolCore([.local(slots: 1), .local(slots: 1)])
    let (_, outbox) = AsyncStream<[UInt8]>.makeStream()
    for index in 0..<2 {
      core.connected(index, outbox: outbox)
      let hello = Wire.Report(
        hello: .init(wire: Wire.version, pid: 1, tasks: [], mode: "fork", information: [:]))
      #expect(core.received(Wire.line(hello).dropLast()[...], from: index) == nil)
    }
    let id = core.enqueue(task: "sum", input: "[1]", timeout: nil, threads: 1) { event in
      seen.increment()
      if case .started(let job) = event { queued.withLock { $0.append(job.queuedSeconds) } }
    }
    #expect(id == 1)
    for line in forged { #expect(core.received(Array(line.utf8)[...], from: 1) == nil) }
    #expect(seen.value == 0, "the job is the first host's")
    for line in forged { #expect(core.received(Array(line.utf8)[...], from: 0) == nil) }
    #expect(seen.value == 4)
    // It claims a start from before the job was there.
    #expect(queued.withLock { $0 } == [0])
  }

  @Test func wildRequestsAreBoundedOrRefused() throws {
    let wild = try #require(
      Wire.request(
        Array(
          #"{"start":{"job":1,"task":"a","input":"","timeout":1e300,"slots":-5,"threads":-5}}"#
            .utf8)))
    #expect(wild.start?.timeout == 1e9)
    #expect(wild.start?.slots == 1)
    #expect(wild.start?.threads == 1)
    for line in [
      "{}", #"{"cancel":{"job":-1}}"#, #"{"start":{"job":1}}"#,
      #"{"resume":{},"cancel":{"job":1}}"#,
    ] {
      #expect(Wire.request(Array(line.utf8)) == nil)
    }
  }

  @Test func whatATaskDoesNotAcceptIsAMalformedResult() async throws {
    let seen = Mutex<[Int]>([])
    let outcomes = try await withPool(slots: 3) { pool in
      var outcomes: [Result<Int, TaskFailure>] = []
      let results = pool.map(Claims.self, over: [7, 1000, -1], order: .input) { event in
        if case .progress(_, let number) = event { seen.withLock { $0.append(number) } }
      }
      for await result in results { outcomes.append(result.outcome) }
      return outcomes
    }
    #expect(outcomes[0] == .success(7))
    #expect(outcomes[1] == .success(100))
    guard case .failure(.malformedResult(let why)) = outcomes[2] else {
      Issue.record("expected a malformed result, got \(outcomes[2])")
      return
    }
    #expect(why == "it is less than nothing")
    #expect(seen.withLock { $0.sorted() } == [7, 100])
  }

  @Test func aTaskBoundsItsResults() async throws {
    let outcomes = try await withPool { pool in
      var outcomes: [Result<String, TaskFailure>] = []
      for await result in pool.map(Essay.self, over: [998, 999], order: .input) {
        outcomes.append(result.outcome)
      }
      return outcomes
    }
    #expect(try outcomes[0].get().utf8.count == 998)
    #expect(outcomes[1].failureCode == .crashed)
  }

  @Test func textWithLinesInItIsNoLineOfItsWorkers() async throws {
    let texts = ["a\nR {\"forged\":true}", "\n", "", "\nE {}\n\n", "é\u{1}\n\u{1F600}\\n", "plain"]
    let parts = Mutex<[String]>([])
    let outcomes = try await withPool(slots: 1) { pool in
      var outcomes: [Result<Int, TaskFailure>] = []
      let results = pool.map(Says.self, over: [texts, ["\nR 77"]], order: .input) { event in
        if case .part(0, let text) = event { parts.withLock { $0.append(text) } }
      }
      for await result in results { outcomes.append(result.outcome) }
      return outcomes
    }
    #expect(outcomes == [.success(texts.count), .success(1)])
    #expect(parts.withLock { $0 } == texts)
  }
}

extension Result where Failure == TaskFailure {
  /// The class of the failure; nil where there is none.
  var failureCode: FramePoolError.Code? {
    if case .failure(let failure) = self { failure.code } else { nil }
  }
}
