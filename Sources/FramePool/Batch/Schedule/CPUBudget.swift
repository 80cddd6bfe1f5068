import Glibc

/// How many CPUs this process may use, and how that is known.
public struct CPUBudget: Codable, Hashable, Sendable {
  /// CPUs, at least 1.
  public var cpus: Int
  /// Which limit decided: `online`, `affinity`, `cgroup v1 quota`, `cgroup v2 quota`, `--cpus` or
  /// `--affinity`.
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
      online: sysconf(Int32(_SC_NPROCESSORS_ONLN)), affinity: CPUPlacement.usable().count,
      read: TextFile.read)
  }

  /// The numbers of the CPUs that this process may use.
  public static func usable() -> [Int32] { CPUPlacement.usable() }

  /// As ``measure()``, unless something is asked for.
  ///
  /// - Parameters:
  ///   - cpus: CPUs to be kept busy.
  ///   - affinity: The numbers of the CPUs to be used.
  /// - Returns: The budget.
  public static func measure(cpus: Int?, affinity: [Int32]) -> CPUBudget {
    if let cpus { return CPUBudget(cpus: cpus, source: "--cpus") }
    let budget = measure()
    guard !affinity.isEmpty, affinity.count < budget.cpus else { return budget }
    return CPUBudget(cpus: affinity.count, source: "--affinity")
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
    let groups = ControlGroups(read)
    // `cpu.max` is version 2's, `cpu.cfs_quota_us` version 1's. The tightest counts.
    let version2 = groups.values(of: "") { directory -> Int? in
      let fields = read(directory + "/cpu.max")?.split { $0 == " " || $0 == "\n" } ?? []
      return fields.count == 2 ? quota(fields[0], fields[1]) : nil
    }
    let version1 = groups.values(of: "cpu") { directory -> Int? in
      guard let time = read(directory + "/cpu.cfs_quota_us"),
        let period = read(directory + "/cpu.cfs_period_us")
      else { return nil }
      return quota(time.prefix { $0 != "\n" }, period.prefix { $0 != "\n" })
    }
    for (cpus, source) in [
      (version2.min(), "cgroup v2 quota"), (version1.min(), "cgroup v1 quota"),
    ] {
      if let cpus, cpus < budget.cpus { budget = CPUBudget(cpus: cpus, source: source) }
    }
    return budget
  }

  private static func quota(_ time: Substring, _ period: Substring) -> Int? {
    guard let time = Double(time), let period = Double(period), time > 0, period > 0 else {
      return nil
    }
    return max(1, Int(saturating: (time / period).rounded(.up)))
  }
}
