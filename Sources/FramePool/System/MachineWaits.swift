import Glibc

/// What the kernel counts of the time for which processes could not run.
struct MachineWaits {
  /// Seconds for which a CPU quota stopped this process's control group, summed over its processes.
  var throttled = 0.0
  /// Seconds for which something waited for the disk, anywhere on the machine.
  var disk = 0.0

  /// The counts as they are now, since they began.
  ///
  /// - Parameter read: Gives a file's text by its path.
  /// - Returns: The counts; 0 for what the kernel does not count.
  static func count(_ read: (String) -> String? = TextFile.read) -> MachineWaits {
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
    return MachineWaits(
      throttled: (version2 + version1).max() ?? 0, disk: (total ?? 0) / 1e6)
  }

  /// What was added since `before`.
  func since(_ before: MachineWaits) -> MachineWaits {
    MachineWaits(
      throttled: max(0, throttled - before.throttled), disk: max(0, disk - before.disk))
  }
}
