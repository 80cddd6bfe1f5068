import CLinux
import Glibc

/// What the kernel counts of the time of CPUs: for which processes could not run, and who had them.
struct MachineWaits {
  /// Seconds for which a CPU quota stopped this process's control group, summed over its processes.
  var throttled = 0.0
  /// Seconds for which something waited for the disk, anywhere on the machine.
  var disk = 0.0
  /// CPU seconds of everything that ran on the CPUs.
  var busy = 0.0
  /// CPU seconds that the machine below a virtual one gave to others.
  var stolen = 0.0
  /// CPU seconds of this process and of its children that have ended, with theirs.
  var own = 0.0

  /// The counts as they are now, since they began.
  ///
  /// - Parameters:
  ///   - cpus: The numbers of the CPUs that count.
  ///   - read: Gives a file's text by its path.
  /// - Returns: The counts; 0 for what the kernel does not count.
  static func count(
    of cpus: [Int32], _ read: (String) -> String? = TextFile.read
  ) -> MachineWaits {
    let groups = ControlGroups(read)
    // Version 2 counts microseconds, version 1 nanoseconds. A group that is stopped stops those
    // within it: the largest is the one that counts.
    let version2 = groups.values(of: "") {
      TextFile.number(behind: "throttled_usec", in: read($0 + "/cpu.stat")).map { Double($0) / 1e6 }
    }
    let version1 = groups.values(of: "cpu") {
      TextFile.number(behind: "throttled_time", in: read($0 + "/cpu.stat")).map { Double($0) / 1e9 }
    }
    // some avg10=0.00 avg60=0.00 avg300=0.00 total=0
    let pressure = read("/proc/pressure/io")?.split(separator: "\n").first
    let total = pressure?.split(separator: "=").last.flatMap { Double($0) }
    let (busy, stolen) = times(of: cpus, in: read("/proc/stat") ?? "")
    return MachineWaits(
      throttled: (version2 + version1).max() ?? 0, disk: (total ?? 0) / 1e6, busy: busy,
      stolen: stolen, own: ownSeconds())
  }

  /// Adds up lines such as `cpu0 user nice system idle iowait irq softirq steal ...` (proc(5)).
  private static func times(
    of cpus: [Int32], in text: String
  ) -> (busy: Double, stolen: Double) {
    var (busy, stolen) = (0.0, 0.0)
    let tick = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    for line in text.split(separator: "\n") where line.hasPrefix("cpu") {
      let fields = line.split(separator: " ")
      guard let cpu = Int32(fields[0].dropFirst(3)), cpus.contains(cpu) else { continue }
      let ticks = fields.dropFirst().map { Double($0) ?? 0 }
      guard ticks.count > 7 else { continue }
      busy += (ticks[0...2].reduce(0, +) + ticks[5] + ticks[6]) / tick
      stolen += ticks[7] / tick
    }
    return (busy, stolen)
  }

  private static func ownSeconds() -> Double {
    [RUSAGE_SELF, RUSAGE_CHILDREN].reduce(0) { sum, who in
      var usage = rusage()
      getrusage(who.rawValue, &usage)
      return [usage.ru_utime, usage.ru_stime].reduce(sum) {
        $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
      }
    }
  }

  /// What was added since `before`.
  func since(_ before: MachineWaits) -> MachineWaits {
    MachineWaits(
      throttled: max(0, throttled - before.throttled), disk: max(0, disk - before.disk),
      busy: max(0, busy - before.busy), stolen: max(0, stolen - before.stolen),
      own: max(0, own - before.own))
  }
}
