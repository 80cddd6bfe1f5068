import Glibc
import Synchronization
import Testing

@testable import FramePool
@testable import pool_test_host

/// Inputs that keep one waiting, and pools that are gone.
@Suite(.timeLimit(.minutes(2))) struct ResultQueueTests {
  /// Inputs of which each after the first few waits until it is let go.
  private final class Gate: Sequence, IteratorProtocol, Sendable {
    let quick: Int
    private let taken = Mutex(0)
    private let isOpen = Mutex(false)

    init(quick: Int) {
      self.quick = quick
    }

    func open() { isOpen.withLock { $0 = true } }

    func next() -> [Int]? {
      let number = taken.withLock { taken in
        defer { taken += 1 }
        return taken
      }
      if number >= quick {
        while !isOpen.withLock({ $0 }) { usleep(1000) }
        return nil
      }
      return [number]
    }
  }

  @Test(arguments: [ResultOrder.completion, .input])
  func resultsDoNotWaitForTheNextInput(order: ResultOrder) async throws {
    try await withPool(slots: 1) { pool in
      let gate = Gate(quick: 3)
      var sums: [Int] = []
      for await result in pool.map(Sum.self, over: gate, order: order) {
        sums.append(try result.get())
        if sums.count == 3 { gate.open() }
      }
      #expect(sums.sorted() == [0, 1, 2])
    }
  }

  @Test func cancellingDoesNotWaitForTheNextInput() async throws {
    let gate = Gate(quick: 0)
    defer { gate.open() }
    let count = try await withPool { pool in
      await withTaskGroup(of: Int.self) { group in
        group.addTask {
          var count = 0
          for await _ in pool.map(Sum.self, over: gate) { count += 1 }
          return count
        }
        try? await Task.sleep(for: .milliseconds(100))
        group.cancelAll()
        return await group.next()
      }
    }
    #expect(count == 0)
  }

  @Test(arguments: [true, false])
  func endingThePoolDoesNotWaitForTheNextInput(drains: Bool) async throws {
    let gate = Gate(quick: 2)
    defer { gate.open() }
    let count = try await withPool { pool in
      var count = 0
      for await _ in pool.map(Sum.self, over: gate) {
        count += 1
        if count == 2 { if drains { pool.drain() } else { pool.terminate() } }
      }
      return count
    }
    #expect(count == 2)
  }

  @Test func noInputIsLostWhenThePoolEnds() async throws {
    let codes = try await withPool(slots: 1) { pool in
      var codes: [Int: FramePoolError.Code?] = [:]
      for await result in pool.map(Sum.self, over: (0..<3000).lazy.map { [$0] }) {
        if codes.count == 10 { pool.drain() }
        codes[result.index] = result.outcome.failureCode
      }
      return codes
    }
    #expect(codes.count == 3000)
  }

  private final class Names: Sendable {
    private let names = Mutex<Set<String>>([])
    var all: Set<String> { names.withLock { $0 } }
    func note(_ name: String) { _ = names.withLock { $0.insert(name) } }
  }

  @Test func inputsAreTakenOnAThreadOfTheirOwn() async throws {
    let names = Names()
    try await withPool { pool in
      let inputs = (0..<20).lazy.map { number in
        let name = TextFile.read("/proc/thread-self/comm") ?? ""
        names.note(name)
        return [number]
      }
      for await result in pool.map(Sum.self, over: inputs) { _ = try result.get() }
    }
    #expect(names.all == ["vp:inputs\n"])
  }

  @Test func severalIteratorsOfOneSequenceShareIt() async throws {
    let sum = try await withPool { pool in
      let results = pool.map(Sum.self, over: (0..<10).map { [$0] })
      let (first, second) = (results.makeAsyncIterator(), results.makeAsyncIterator())
      var sum = 0
      while let one = await first.next(), let other = await second.next() {
        sum += try one.get() + other.get()
      }
      return sum
    }
    #expect(sum == 45)
  }

  @Test func manyShortMapsEnd() async throws {
    try await withPool(slots: 1) { pool in
      for round in 0..<150 {
        var count = 0
        for await _ in pool.map(Sum.self, over: Array(repeating: [1], count: round % 3)) {
          count += 1
        }
        #expect(count == round % 3)
      }
    }
  }

  @Test func aPoolThatIsGoneCancelsAll() async throws {
    let pool = try await withPool { pool in
      _ = try await pool.submit(Sum.self, [1])
      return pool
    }
    let result = try await pool.submit(Sum.self, [1])
    #expect(result.outcome == .failure(.cancelled))
    var count = 0
    for await result in pool.map(Sum.self, over: [[1], [2], [3]]) {
      #expect(result.outcome == .failure(.cancelled))
      count += 1
    }
    #expect(count == 3)
    await #expect(throws: TaskFailure.cancelled) { try await pool.hostInformation() }
    await pool.waitUntilIdle()
    await pool.pause()
    pool.resume()
  }

  @Test func whatRunsWhenThePoolGoesIsCancelled() async throws {
    let running = Mutex<Task<TaskResult<Double>, any Error>?>(nil)
    let waiting = Mutex<Task<Void, Never>?>(nil)
    try await withPool(slots: 1) { pool in
      let began = Counter()
      running.withLock {
        $0 = Task {
          var last: TaskResult<Double>?
          for await result in pool.map(
            Sleep.self, over: [60.0, 60],
            observer: { if case .started = $0 { began.increment() } })
          {
            last = result
          }
          return try #require(last)
        }
      }
      waiting.withLock { $0 = Task { await pool.waitUntilIdle() } }
      #expect(await Processes.eventually { began.value > 0 })
    }
    let last = try await running.withLock { $0 }?.value
    #expect(last?.outcome == .failure(.cancelled))
    await waiting.withLock { $0 }?.value
  }
}
