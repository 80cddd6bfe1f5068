import Glibc
import Synchronization
import Testing

@testable import FramePool
@testable import pool_test_host

/// Inputs that kill their hosts, and hosts that are killed from outside.
@Suite(.timeLimit(.minutes(3))) struct SuspectTests {
  @Test(arguments: [[0, 1, 2], [0, 70, 199], [197, 198, 199], [40, 41, 42]])
  func onlyTheCulpritsAreLost(culprits: [Int]) async throws {
    let lost = try await withPool(slots: 4) { pool in
      var lost: [Int] = []
      let inputs = (0..<200).map { culprits.contains($0) ? 1 : -2 }
      for await result in pool.map(KillHost.self, over: inputs) {
        if case .failure(.hostLost) = result.outcome {
          lost.append(result.index)
        } else {
          #expect(result.outcome == .success(-2))
        }
      }
      return lost.sorted()
    }
    #expect(lost == culprits)
  }

  @Test func culpritsOfOneBatchAfterTheOther() async throws {
    let outcomes = try await withPool(slots: 2) { pool in
      var outcomes: [Result<Int, TaskFailure>] = []
      for await result in pool.map(KillHost.self, over: [1, 1, 1, 1, 1, -1], order: .input) {
        outcomes.append(result.outcome)
      }
      return outcomes
    }
    #expect(outcomes.dropLast().allSatisfy { $0.failureCode == .hostLost })
    #expect(outcomes.map(\.failureCode).last == .some(nil))
    #expect(outcomes.count == 6)
  }

  private final class Number: Sendable {
    private let number = Mutex<Int32?>(nil)
    func take() -> Int32? { number.withLock { $0.take() } }
    func note(_ value: Int32) { number.withLock { $0 = value } }
  }

  @Test func aHostThatIsKilledFromOutsideLosesNothing() async throws {
    let outcomes = try await withPool(slots: 3) { pool in
      let host = Number()
      return await withTaskGroup(of: Void.self) { group in
        group.addTask {
          var random = SystemRandomNumberGenerator()
          for _ in 0..<6 {
            let wait = Int.random(in: 300...700, using: &random)
            guard (try? await Task.sleep(for: .milliseconds(wait))) != nil else { return }
            if let pid = host.take() { kill(pid, SIGKILL) }
          }
        }
        var outcomes: [Result<Int, TaskFailure>] = []
        let results = pool.map(KillHost.self, over: (0..<60).map { -10 - $0 * 2 }) { event in
          if case .started(_, _, let pid, _) = event, let parent = Processes.parent(of: pid) {
            host.note(parent)
          }
        }
        for await result in results { outcomes.append(result.outcome) }
        group.cancelAll()
        return outcomes
      }
    }
    #expect(outcomes.count == 60)
    #expect(outcomes.compactMap(\.failureCode).isEmpty)
  }

  @Test func oneHostsCulpritsLeaveAnotherAlone() async throws {
    let hosts = (0..<2).map { index in
      PoolHost(name: "host\(index)", command: [Products.poolTestHost, "host"], slots: 2)
    }
    let lost = try await ProcessPool.run(hosts: hosts) { pool in
      var lost: [Int] = []
      let inputs = (0..<40).map { $0 == 5 || $0 == 6 ? 1 : -10 }
      for await result in pool.map(KillHost.self, over: inputs)
      where result.outcome.failureCode != nil {
        lost.append(result.index)
      }
      return lost.sorted()
    }
    #expect(lost == [5, 6])
  }

  @Test func aHostThatSaysHelloAndDiesIsGivenUp() async throws {
    let hello =
      #"{"hello":{"wire":\#(Wire.version),"pid":1,"tasks":[],"mode":"fork","information":{}}}"#
    let host = PoolHost(name: "none", command: ["/bin/echo", hello], slots: 1)
    let outcomes = try await ProcessPool.run(hosts: [host]) { pool in
      var outcomes: [Result<Int, TaskFailure>] = []
      for await result in pool.map(Sum.self, over: (0..<100).map { [$0] }) {
        outcomes.append(result.outcome)
      }
      return outcomes
    }
    #expect(outcomes.count == 100)
    #expect(outcomes.allSatisfy { $0.failureCode == .hostLost })
  }
}
