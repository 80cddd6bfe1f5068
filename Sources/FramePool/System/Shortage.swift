import Glibc
import SystemPackage

/// Lacks of the machine's, or of a limit that was set: memory, processes, threads, descriptors.
///
/// They say nothing about an input. What a call says in numbers becomes a sentence that names the
/// limit, and the class `outOfMemory`. A value is a call for which there may be too little.
package enum Shortage: String {
  /// fork(2), execve(2).
  case process = "no process can be started"
  /// pthread_create(3).
  case thread = "no thread can be started"
  /// pipe(2), dup(2), fcntl(2).
  case pipe = "no pipe can be made"
  /// signalfd(2).
  case signal = "the end of a worker cannot be waited for"

  /// The error of a call that failed.
  func error(_ number: CInt) -> FramePoolError {
    error(ifShort: number)
      ?? FramePoolError(.internal, "\(rawValue): \(Errno(rawValue: number))")
  }

  /// The error of a call that failed, where it is for a shortage; nil for any other reason.
  func error(ifShort number: CInt) -> FramePoolError? {
    let limit: String? =
      switch (self, number) {
      case (.pipe, EAGAIN), (.signal, EAGAIN), (_, ENOBUFS): Self.limit(ENOMEM)
      // The place that a descriptor must have is beyond the limit.
      case (.pipe, EINVAL): Self.limit(EMFILE)
      default: Self.limit(number)
      }
    return limit.map { FramePoolError(.outOfMemory, "\(rawValue): \($0)") }
  }

  /// Whether a reason is such a lack.
  ///
  /// - Parameter reason: An `errno` of a call that does not ask to be called again by `EAGAIN`.
  /// - Returns: Whether it is.
  package static func isOne(_ reason: CInt) -> Bool { limit(reason) != nil }

  /// What ran out, and what helps; the system's own words for other reasons.
  ///
  /// - Parameter reason: An `errno`.
  /// - Returns: A sentence's second half, such as `too many open files: raise ...`.
  package static func text(_ reason: CInt) -> String {
    limit(reason) ?? String(cString: strerror(reason))
  }

  private static func limit(_ reason: CInt) -> String? {
    switch reason {
    case EAGAIN:
      // A thread that gets no stack fails for the same reason.
      "the limit of processes and threads is reached: raise it (`ulimit -u`, or the control group's "
        + "pids.max\(limitsMemory ? ", or `ulimit -v`" : "")), or lower --jobs and --threads-per-job"
    case ENOMEM:
      "there is no memory left (the machine's, or that of a limit such as `ulimit -v`): lower --jobs"
    case EMFILE: "too many open files: raise `ulimit -n` or lower --jobs"
    case ENFILE: "too many files are open on this machine (fs.file-max)"
    default: nil
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
