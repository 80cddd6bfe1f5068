import Glibc
import SystemPackage

@testable import FramePool

/// What the kernel says about processes and descriptors.
enum Processes {
  /// Whether a process is there and no zombie.
  static func isAlive(_ pid: Int32) -> Bool {
    guard let text = TextFile.read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
      return false
    }
    return text[text.index(end, offsetBy: 2)] != "Z"
  }

  /// Waits until a condition holds, at most ten seconds: for what the kernel does in its own time.
  static func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<1000 {
      if condition() { return true }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return condition()
  }

  /// The direct children of a process, zombies too.
  static func children(of pid: Int32) -> [Int32] {
    pids().filter { parent(of: $0) == pid }
  }

  /// The letter of a process's state: `R` for one that runs, `T` for one that is stopped.
  static func state(of pid: Int32) -> String? { fields(of: pid)?.first.map(String.init) }

  /// How much CPU time a process has had, in clock ticks.
  static func ticks(of pid: Int32) -> Int {
    let fields = fields(of: pid) ?? []
    return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
  }

  /// What stands behind the name in `/proc/PID/stat` (proc(5)), from the state on.
  private static func fields(of pid: Int32) -> [Substring]? {
    guard let text = TextFile.read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
      return nil
    }
    return text[text.index(after: end)...].split(separator: " ")
  }

  /// The parent of a process.
  static func parent(of pid: Int32) -> Int32? {
    guard let text = TextFile.read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
      return nil
    }
    return text[end...].split(separator: " ").dropFirst(2).first.flatMap { Int32($0) }
  }

  private static func pids() -> [Int32] {
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    var pids: [Int32] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let pid = Int32(name) { pids.append(pid) }
    }
    return pids
  }
}
