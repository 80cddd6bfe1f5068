import CLinux
import Glibc

/// How many CPUs this process may use, and how that is known.
public struct CPUBudget: Codable, Hashable, Sendable {
  /// CPUs, at least 1.
  public var cpus: Int
  /// Which limit decided: `online`, `affinity`, `cgroup v1 quota` or `cgroup v2 quota`.
  public var source: String

  /// Makes a budget that is not measured.
  public init(cpus: Int, source: String) {
    self.cpus = max(1, cpus)
    self.source = source
  }

  /// Measures: the smaller of the affinity mask and the CPU quota of the control groups.
  ///
  /// A quota is CPU time and not a number of CPUs; a process that runs more threads than the quota
  /// lasts is stopped for the rest of each period. Hence it is rounded up, and counts.
  public static func measure() -> CPUBudget {
    measure(
      online: sysconf(Int32(_SC_NPROCESSORS_ONLN)), affinity: Int(clinux_affinity_cpu_count()),
      read: TextFile.read)
  }

  /// The measuring itself, on given files.
  ///
  /// - Parameters:
  ///   - online: CPUs that are switched on.
  ///   - affinity: CPUs in the affinity mask; 0 when unknown.
  ///   - read: Gives a file's text by its path.
  /// - Returns: The budget.
  static func measure(
    online: Int, affinity: Int, read: (String) -> String?
  ) -> CPUBudget {
    var budget = CPUBudget(cpus: online, source: "online")
    if affinity > 0, affinity < budget.cpus {
      budget = CPUBudget(cpus: affinity, source: "affinity")
    }
    for (cpus, source) in [
      (quotaVersion2(read), "cgroup v2 quota"), (quotaVersion1(read), "cgroup v1 quota"),
    ] {
      if let cpus, cpus < budget.cpus { budget = CPUBudget(cpus: cpus, source: source) }
    }
    return budget
  }

  /// The tightest `cpu.max` from this process's group up to the root.
  private static func quotaVersion2(_ read: (String) -> String?) -> Int? {
    guard let group = group(read, controller: "") else { return nil }
    return ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].compactMap { root in
      tightest(group) { path in
        read(root + path + "/cpu.max").flatMap { text in
          let fields = text.split { $0 == " " || $0 == "\n" }
          return fields.count == 2 ? quota(fields[0], fields[1]) : nil
        }
      }
    }.min()
  }

  /// The tightest `cpu.cfs_quota_us` from this process's group up to the root.
  private static func quotaVersion1(_ read: (String) -> String?) -> Int? {
    guard let group = group(read, controller: "cpu") else { return nil }
    return ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"].compactMap { root in
      tightest(group) { path in
        guard let time = read(root + path + "/cpu.cfs_quota_us"),
          let period = read(root + path + "/cpu.cfs_period_us")
        else { return nil }
        return quota(time.prefix { $0 != "\n" }, period.prefix { $0 != "\n" })
      }
    }.min()
  }

  /// This process's group in a hierarchy, from `/proc/self/cgroup`; version 2's has no controllers.
  private static func group(_ read: (String) -> String?, controller: String) -> String? {
    for line in read("/proc/self/cgroup")?.split(separator: "\n") ?? [] {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",", omittingEmptySubsequences: false)
      if controllers.contains(Substring(controller)) { return String(fields[2]) }
    }
    return nil
  }

  private static func tightest(_ group: String, _ quota: (String) -> Int?) -> Int? {
    var path = group == "/" ? "" : group
    var smallest = quota(path)
    while let slash = path.lastIndex(of: "/") {
      path = String(path[..<slash])
      if let cpus = quota(path) { smallest = min(smallest ?? cpus, cpus) }
    }
    return smallest
  }

  private static func quota(_ time: Substring, _ period: Substring) -> Int? {
    guard let time = Double(time), let period = Double(period), time > 0, period > 0 else {
      return nil
    }
    return max(1, Int((time / period).rounded(.up)))
  }
}
