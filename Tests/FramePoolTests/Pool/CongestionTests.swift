import Glibc
import Synchronization
import Testing

@testable import FramePool
@testable import pool_test_host

/// Those at the other end of a pipe who do not read.
@Suite(.timeLimit(.minutes(2))) struct CongestionTests {
  @Test func timeRunsWhileTheParentDoesNotRead() async throws {
    let state = Mutex<(host: Int32?, worker: Int32?)>((nil, nil))
    let wasKilled = Mutex(false)
    let size = Mutex(0)
    let result = try await withPool(slots: 1) { pool in
      var last: TaskResult<Int>?
      let results = pool.map(Torrent.self, over: [0], timeout: 1) { event in
        switch event {
        case .started(_, _, let pid, _):
          state.withLock { $0 = (Processes.parent(of: pid), pid) }
        case .part:
          // The pool's own thread: it reads nothing meanwhile.
          guard !wasKilled.withLock({ $0 }), let pid = state.withLock({ $0.worker }) else { return }
          for _ in 0..<800 where Processes.isAlive(pid) { usleep(10_000) }
          wasKilled.withLock { $0 = !Processes.isAlive(pid) }
          let status = TextFile.read("/proc/\(state.withLock { $0.host } ?? 0)/status") ?? ""
          let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
          let number = line?.split { !$0.isNumber }.first.flatMap { Int($0) }
          size.withLock { $0 = number ?? 0 }
        default: break
        }
      }
      for await result in results { last = result }
      return last
    }
    #expect(wasKilled.withLock { $0 }, "the worker's time is over, whoever reads")
    #expect(result?.outcome == .failure(.timedOut(seconds: 1)))
    let kilobytes = size.withLock { $0 }
    #expect(kilobytes > 0 && kilobytes < 64 << 10, "the host keeps \(kilobytes) kB")
  }

  @Test func aSlowReaderGetsAllPartsInOrder() async throws {
    let parts = Mutex<[Int]>([])
    let result = try await withPool(slots: 1) { pool in
      var last: TaskResult<Int>?
      let results = pool.map(Pieces.self, over: [[300, 50_000]]) { event in
        guard case .part(_, let text) = event else { return }
        if text.hasPrefix("3 ") { usleep(500_000) }
        parts.withLock { $0.append(Int(text.prefix { $0 != " " }) ?? -1) }
      }
      for await result in results { last = result }
      return last
    }
    #expect(result?.outcome == .success(300))
    #expect(parts.withLock { $0 } == Array(0..<300))
  }

  /// The spare worker of a host: a child that is called so.
  private func spare(of host: Int32) -> Int32? {
    Processes.children(of: host).first { TextFile.read("/proc/\($0)/comm") == "vp:spare\n" }
  }

  @Test(arguments: [SIGSTOP, SIGKILL])
  func aWorkerThatDoesNotReadItsRequestHoldsNobodyUp(signal: Int32) async throws {
    try await withPool(slots: 2) { pool in
      let host = try await pool.submit(Identity.self, 0).get()[1]
      async let other = pool.submit(Sleep.self, 1.5)
      var victim: Int32?
      #expect(
        await Processes.eventually {
          victim = spare(of: host)
          return victim != nil
        })
      kill(try #require(victim), signal)
      // More than the pipe takes.
      let large = Array(repeating: 1, count: 500_000)
      let result = try await pool.submit(Sum.self, large, timeout: 1)
      if signal == SIGSTOP {
        #expect(result.outcome == .failure(.timedOut(seconds: 1)))
      }
      #expect(try await other.outcome == .success(1.5))
      #expect(try await pool.submit(Sum.self, large).outcome == .success(500_000))
    }
  }

  @Test func aHostThatDoesNotReadCanBeEnded() async throws {
    let host = PoolHost(
      name: "deaf",
      command: [
        "/bin/sh", "-c",
        #"echo '{"hello":{"wire":\#(Wire.version),"pid":1,"tasks":[],"mode":"fork","#
          + #""information":{}}}'; exec sleep 60"#,
      ], slots: 1)
    let time = try await ContinuousClock().measure {
      let result = try await ProcessPool.run(hosts: [host]) { pool in
        async let result = pool.submit(Sum.self, Array(repeating: 1, count: 500_000))
        try await Task.sleep(for: .milliseconds(300))
        pool.terminate()
        return try await result
      }
      #expect(result.outcome == .failure(.cancelled))
    }
    #expect(time < .seconds(30))
  }
}
