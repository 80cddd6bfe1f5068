import SystemPackage
import Testing

@testable import FramePool
@testable import pool_test_host

/// Which CPUs workers are given, as they see it themselves.
@Suite(.enabled(if: CPUBudget.usable().count >= 2, "one CPU leaves nothing to divide"))
struct PlacementTests {
  private func run(
    _ inputs: [Placement.Input], slots: Int? = nil, cpus: Int?, affinity: [Int32] = [],
    nice: Int32? = nil
  ) async throws -> [Placement.Sample] {
    let host = PoolHost.local(
      slots: slots ?? inputs.count, program: Products.poolTestHost, cpus: cpus, affinity: affinity,
      nice: nice)
    return try await ProcessPool.run(hosts: [host]) { pool in
      var samples: [Placement.Sample] = []
      for await result in pool.map(Placement.self, over: inputs, order: .input) {
        samples.append(try result.get())
      }
      return samples
    }
  }

  @Test func threadsWaitForTheCPUsThatOthersLeave() async throws {
    let samples = try await run(
      [.init(threads: 2, seconds: 1.2), .init(threads: 1, seconds: 0.5)], cpus: 2)
    let counts = samples[0].counts
    #expect(counts.contains(1), "beside the other it has one CPU")
    #expect(try #require(counts.last) >= 2, "alone it has both")
  }

  @Test func aQuotaIsAsManyCPUs() async throws {
    let samples = try await run([.init(threads: 4, seconds: 0.3)], cpus: 1)
    #expect(samples[0].counts.last == 1)
  }

  @Test func aWorkerIsNotKeptWhereTheOneBeforeItWas() async throws {
    let samples = try await run(
      Array(repeating: .init(threads: 1, seconds: 0.05), count: 6), slots: 2, cpus: nil)
    #expect(samples.allSatisfy { $0.counts.last == CPUBudget.usable().count })
  }

  @Test func whatWasAskedForIsGiven() async throws {
    let cpu = try #require(CPUBudget.usable().last)
    let samples = try await run(
      [.init(threads: 1, seconds: 0.1)], cpus: nil, affinity: [cpu], nice: 7)
    #expect(samples[0].counts.allSatisfy { $0 == 1 })
    #expect(samples[0].nice == 7)
  }

  @Test func aWorkerIsAsNiceAsItsParent() async throws {
    let samples = try await run([.init(threads: 1, seconds: 0.05)], cpus: nil)
    #expect(samples[0].nice == 0)
  }
}
