import Glibc

/// How much memory workers may take, and how that is known.
public struct MemoryBudget: Codable, Hashable, Sendable {
  /// Bytes.
  public var bytes: Int
  /// Which limit decided: `available`, `cgroup v1 limit` or `cgroup v2 limit`.
  public var source: String

  /// Makes a budget that is not measured.
  public init(bytes: Int, source: String) {
    self.bytes = max(0, bytes)
    self.source = source
  }

  /// Measures: the smaller of what the kernel can give without swapping (`MemAvailable`) and what
  /// the control groups leave.
  public static func measure() -> MemoryBudget {
    measure(read: TextFile.read, physical: sysconf(Int32(_SC_PHYS_PAGES)) * Int(getpagesize()))
  }

  /// The measuring itself, on given files.
  static func measure(read: (String) -> String?, physical: Int) -> MemoryBudget {
    var budget = MemoryBudget(
      bytes: TextFile.number(behind: "MemAvailable:", in: read("/proc/meminfo")).map { $0 * 1024 }
        ?? physical,
      source: "available")
    let groups = ControlGroups(read)
    for (controller, limit, usage, source) in [
      ("", "memory.max", "memory.current", "cgroup v2 limit"),
      ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "cgroup v1 limit"),
    ] {
      let left = groups.values(of: controller) { directory -> Int? in
        guard let limit = read(directory + "/" + limit).flatMap({ Int($0.filter(\.isNumber)) }),
          let used = read(directory + "/" + usage).flatMap({ Int($0.filter(\.isNumber)) })
        else { return nil }
        // Files that were read can be dropped again.
        let cache =
          TextFile.number(behind: "inactive_file", in: read(directory + "/memory.stat")) ?? 0
        return limit - max(0, used - cache)
      }
      if let left = left.min(), left < budget.bytes {
        budget = MemoryBudget(bytes: left, source: source)
      }
    }
    return budget
  }
}
