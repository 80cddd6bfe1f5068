import FramePool
import Glibc
import SystemPackage

/// Looks again and again at how much memory this process's descendants have together.
///
/// What several of them share is counted once: the sum of `Pss` in `/proc/PID/smaps_rollup`.
final class MemorySampler: Sendable {
  private let task: Task<Int, Never>

  init() {
    task = Task {
      var most = 0
      while !Task.isCancelled {
        most = max(most, Self.descendants(of: getpid()).reduce(0) { $0 + Self.memory(of: $1) })
        try? await Task.sleep(for: .milliseconds(40))
      }
      return most
    }
  }

  /// Ends it.
  ///
  /// - Returns: The most that was seen, in bytes.
  func stop() async -> Int {
    task.cancel()
    return await task.value
  }

  private static func memory(of pid: pid_t) -> Int {
    let kibibytes = TextFile.number(behind: "Pss:", in: TextFile.read("/proc/\(pid)/smaps_rollup"))
    return (kibibytes ?? 0) << 10
  }

  /// All processes below one.
  private static func descendants(of ancestor: pid_t) -> [pid_t] {
    var found: [pid_t] = []
    var next = [ancestor]
    while let pid = next.popLast() {
      // Of every thread: any of them may have started a child.
      for thread in Directory.names(in: FilePath("/proc/\(pid)/task")) ?? [] {
        let text = TextFile.read("/proc/\(pid)/task/\(thread)/children") ?? ""
        let children = text.split(separator: " ").compactMap { pid_t($0) }
        found += children
        next += children
      }
    }
    return found
  }
}
