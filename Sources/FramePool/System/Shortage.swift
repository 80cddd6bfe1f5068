import Glibc

/// Lacks of the machine's, or of a limit that was set: memory, processes, threads, descriptors.
///
/// They say nothing about an input; the class of such an error is `outOfMemory`.
package enum Shortage {
  /// Whether a reason is such a lack.
  ///
  /// - Parameter reason: An `errno` of a call that does not ask to be called again by `EAGAIN`.
  /// - Returns: Whether it is.
  package static func isOne(_ reason: CInt) -> Bool {
    [ENOMEM, EAGAIN, EMFILE, ENFILE].contains(reason)
  }

  /// What ran out, and what helps.
  ///
  /// - Parameter reason: An `errno`.
  /// - Returns: A sentence's second half, such as `too many open files: raise ...`.
  package static func text(_ reason: CInt) -> String {
    switch reason {
    case EAGAIN:
      "no process or thread is left: raise the limit (ulimit -u, or pids.max of the control group), "
        + "or lower --jobs and --threads-per-job"
    case EMFILE: "too many open files: raise `ulimit -n` or lower --jobs"
    case ENFILE: "the machine has too many open files"
    case ENOMEM: "memory ran out: lower --jobs, or raise the limit (ulimit -v)"
    default: String(cString: strerror(reason))
    }
  }

  /// Whether a limit is set that an honest allocation could meet.
  ///
  /// Linux promises more memory than there is; without a limit an allocation fails only for a size that
  /// no machine has, which is what a damaged file asks for.
  package static var limitsMemory: Bool {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return false }
    return limit.rlim_cur != rlim_t.max
  }
}
