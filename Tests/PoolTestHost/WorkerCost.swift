import FramePool
import Glibc
import SystemPackage

/// What a worker costs over decoding in a process that runs already: the same video so many times
/// in a worker each, one after the other, and so many times in one worker.
enum WorkerCost {
  /// Measures, prints and ends the process.
  static func run(_ file: String, count: Int) -> Never {
    // Awaited by the end of the process. The main thread has no part in it: were it the main
    // actor's, as top-level code is, nothing would run.
    Task {
      do {
        try await measure(file, count: count)
        exit(0)
      } catch {
        print("pool-test-host: \(error)")
        exit(1)
      }
    }
    while true { pause() }
  }

  /// Prints the seconds per video both ways, in rotation, and the median of the differences.
  private static func measure(_ file: String, count: Int) async throws {
    let job = VideoJob(input: InputPath(FilePath(file)))
    let differences = try await ProcessPool.run(hosts: [.local(slots: 1)]) { pool in
      _ = try await pool.submit(VideoTask.self, job).get()
      var differences: [Double] = []
      for _ in 0..<5 {
        let clock = ContinuousClock()
        let apart = try await clock.measure {
          for await result in pool.map(VideoTask.self, over: (0..<count).lazy.map { _ in job }) {
            _ = try result.get()
          }
        }
        let together = try await pool.submit(VideoAgain.self, .init(job: job, count: count)).get()
        let perVideo = (apart / .seconds(1) / Double(count), together / Double(count))
        differences.append(perVideo.0 - perVideo.1)
        print(
          "a worker each: \(milliseconds(perVideo.0)), one worker for all: "
            + "\(milliseconds(perVideo.1)), difference: \(milliseconds(differences[differences.count - 1]))"
        )
      }
      return differences
    }
    print("a worker costs \(milliseconds(differences.sorted()[2])) (median of 5)")
  }

  private static func milliseconds(_ seconds: Double) -> String {
    "\((seconds * 100_000).rounded() / 100) ms"
  }
}

/// The same video several times in one worker; gives the seconds without the first time.
enum VideoAgain: PoolTask {
  struct Input: Codable, Sendable {
    var job: VideoJob
    var count: Int
  }

  static let name = "video-again"

  static func run(
    _ input: Input, _ context: inout TaskContext<VideoProgress>
  ) throws -> Double {
    _ = try VideoTask.run(input.job, &context)
    let clock = ContinuousClock()
    let time = try clock.measure {
      for _ in 0..<input.count { _ = try VideoTask.run(input.job, &context) }
    }
    return time / .seconds(1)
  }
}
