import CLinux
import FoundationEssentials
import Glibc

/// The child's side of a fork: one task, from its input to its result, and out.
enum Worker {
  /// What a forked child needs to know.
  struct Start {
    let task: TaskRegistry.Entry?
    let request: Wire.Request.Start
    let hostPID: pid_t
    /// The write end of the pipe to the host.
    let channel: CInt
    /// The write end of the pipe that takes standard output and standard error.
    let output: CInt
  }

  /// Makes a process of its own out of the fork and runs the task. Never returns.
  static func enter(_ start: Start) -> Never {
    isolate(start)
    run(start.task, start.request)
  }

  /// The same for a worker that was started by exec: its request is on standard input, the rest
  /// is prepared.
  static func enterAfterExec(_ tasks: TaskRegistry) -> Never {
    // Again: the Swift runtime may have caught the fatal signals, to print a backtrace.
    clinux_reset_signals()
    var bytes: [UInt8] = []
    reading: while true {
      switch DescriptorIO.read(STDIN_FILENO) {
      case .bytes(let more): bytes += more
      case .nothingYet: continue
      case .ended: break reading
      }
    }
    guard let request = try? Wire.decode(Wire.Request.Start.self, from: bytes) else { _exit(64) }
    run(tasks.task(request.task), request)
  }

  /// Puts the descriptors in their places, leaves the host's group, and dies when the host does.
  ///
  /// Only system calls: an exec may follow in a fork of a process with threads.
  ///
  /// - Parameter input: What becomes standard input; nil for nothing.
  static func isolate(_ start: Start, input: CInt? = nil) {
    clinux_set_parent_death_signal(SIGKILL)
    // The host may have died between the fork and the line above.
    if getppid() != start.hostPID { _exit(1) }
    setpgid(0, 0)
    clinux_reset_signals()
    // The pipes may sit where the new descriptors must go, so they move out of the way first.
    let source = fcntl(input ?? clinux_open("/dev/null", O_RDONLY, 0), F_DUPFD, 16)
    let channel = fcntl(start.channel, F_DUPFD, 16)
    let output = fcntl(start.output, F_DUPFD, 16)
    dup2(source, STDIN_FILENO)
    dup2(output, STDOUT_FILENO)
    dup2(output, STDERR_FILENO)
    dup2(channel, WorkerChannel.descriptor)
    clinux_close_from(WorkerChannel.descriptor + 1)
  }

  private static func run(_ task: TaskRegistry.Entry?, _ request: Wire.Request.Start) -> Never {
    clinux_set_process_name("vp:\(request.task)")
    let channel = WorkerChannel()
    do {
      guard let task else {
        throw FramePoolError(.internal, "the host knows no task '\(request.task)'")
      }
      channel.send(.result, try task.run(Data(request.input.utf8), channel))
    } catch {
      let failure = Wire.RemoteError(
        code: (error as? FramePoolError)?.code ?? .internal, message: "\(error)")
      channel.send(.failure, (try? JSONEncoder().encode(failure)) ?? Data())
    }
    fflush(nil)
    // Not exit(3): the atexit handlers and destructors of the libraries belong to the host.
    _exit(0)
  }
}
