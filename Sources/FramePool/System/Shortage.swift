import Glibc
import SystemPackage

/// A call for which the system may have too little: of processes, threads, descriptors or memory.
///
/// What it says in numbers becomes a sentence that names the limit, and the class `outOfMemory`.
enum Shortage: String {
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
    guard let limit = limit(number) else {
      return FramePoolError(.internal, "\(rawValue): \(Errno(rawValue: number))")
    }
    return FramePoolError(.outOfMemory, "\(rawValue): \(limit)")
  }

  /// The error of a call that failed, where it is for a shortage; nil for any other reason.
  func error(ifShort number: CInt) -> FramePoolError? {
    limit(number).map { FramePoolError(.outOfMemory, "\(rawValue): \($0)") }
  }

  private func limit(_ number: CInt) -> String? {
    switch number {
    case EAGAIN where self == .process || self == .thread:
      "the limit of processes and threads is reached (`ulimit -u`, or the control group's pids.max)"
    case EAGAIN, ENOMEM, ENOBUFS:
      "there is no memory left (the machine's, or that of a limit such as `ulimit -v`)"
    case EMFILE: "too many open files: raise `ulimit -n` or lower --jobs"
    case ENFILE: "too many files are open on this machine (fs.file-max)"
    // The place that a descriptor must have is beyond the limit.
    case EINVAL where self == .pipe:
      "the limit of open files is too low: raise `ulimit -n` or lower --jobs"
    default: nil
    }
  }
}
