import CLinux
import Glibc

/// CPU time as the kernel counts it (getrusage(2)): user and system, in seconds.
package enum CPUTime {
  /// Of this process, with all its threads.
  package static func ofThisProcess() -> Double { total(RUSAGE_SELF) }

  /// Of all children that have ended and were waited for, and of theirs.
  package static func ofEndedChildren() -> Double { total(RUSAGE_CHILDREN) }

  /// One of the kernel's times in seconds.
  static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  private static func total(_ who: __rusage_who) -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(who.rawValue), &usage)
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
