import Glibc

/// How the program ends.
enum ExitCode {
  /// All videos are done.
  static let success: Int32 = 0
  /// Some videos failed or are damaged; the rest is done.
  static let incomplete: Int32 = 1
  /// What was typed cannot be done.
  static let usage: Int32 = 64
  /// Interrupted.
  static let interrupted: Int32 = 130

  /// Ends the process.
  static func exit(_ code: Int32) -> Never {
    Glibc.exit(code)
  }

  /// Ends the process as Ctrl-C ends one, so that a shell that runs it in a loop stops too; the
  /// shell shows exit code 130.
  static func exitInterrupted(by signal: Int32) -> Never {
    ScratchDirectory.removeAll()
    if signal == SIGINT {
      Glibc.signal(SIGINT, SIG_DFL)
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, SIGINT)
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
      // To this thread: another may be waiting for the process's.
      raise(SIGINT)
    }
    Glibc.exit(interrupted)
  }
}
