import FramePool
import Glibc

/// A parent for tests of what it does when the system has too little of something.
enum Sums {
  /// Adds numbers in so many workers, prints `ok` or a class of error for each, and `done`.
  static func run(count: Int) -> Never {
    // Awaited by the end of the process.
    Task {
      // What fails here need not fail in the host.
      let host = PoolHost(
        name: "sums", command: ["/usr/bin/env", "-u", "LD_PRELOAD", Executable.path, "host"],
        slots: 2)
      do {
        try await ProcessPool.run(hosts: [host]) { pool in
          for await result in pool.map(Sum.self, over: (0..<count).map { [$0] }) {
            switch result.outcome {
            case .success: say("ok")
            case .failure(let failure): say("\(failure.code.rawValue): \(failure)")
            }
          }
        }
        say("done")
        exit(0)
      } catch {
        say("\(error)")
        exit(1)
      }
    }
    while true { pause() }
  }

  private static func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = write(STDOUT_FILENO, bytes, bytes.count)
  }
}
