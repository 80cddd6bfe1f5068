import CLinux
import Glibc

/// The CPUs that processes may run on.
enum CPUPlacement {
  /// The numbers of those that this process may use (`sched_getaffinity`).
  static func usable() -> [Int32] {
    var numbers = [Int32](repeating: 0, count: 8192)
    let count = Int(clinux_usable_cpus(&numbers, Int32(numbers.count)))
    return count > 0 ? Array(numbers.prefix(count)) : [0]
  }

  /// Has a process of one thread run on some CPUs.
  static func move(_ pid: pid_t, to cpus: [Int32]) {
    clinux_keep_thread_on_cpus(pid, cpus, Int32(cpus.count))
  }

  /// Keeps a process, with all its threads and those that they start, on some CPUs.
  ///
  /// A process that has ended is none.
  static func keep(_ pid: pid_t, on cpus: [Int32]) {
    clinux_keep_on_cpus(pid, cpus, Int32(cpus.count))
  }
}
