import CLinux
import Glibc

/// The child's side of a fork: waits for its one task, does it, and is gone.
enum Worker {
  /// The ends of pipes that a new worker is given.
  struct Ends {
    /// Where its request will come from.
    let request: CInt
    /// Where its lines go.
    let channel: CInt
    /// Where its standard output and standard error go.
    let output: CInt
  }

  /// Makes a process of its own out of a fork: puts the descriptors in their places, leaves the
  /// host's group, and dies when the host does.
  ///
  /// Only system calls: an exec may follow, in the fork of a process with threads.
  ///
  /// Where the system has too little for that, the process ends with an error for its job.
  static func isolate(_ ends: Ends, hostPID: pid_t) {
    clinux_set_process_name("vp:spare")
    clinux_set_parent_death_signal(SIGKILL)
    // The host may have died between the fork and the line above.
    if getppid() != hostPID { _exit(1) }
    setpgid(0, 0)
    clinux_reset_signals()
    // The pipes may sit where the new descriptors must go, so they move out of the way first.
    let channel = fcntl(ends.channel, F_DUPFD, 16)
    guard channel >= 0 else { giveUp(ends.channel, errno) }
    let request = fcntl(ends.request, F_DUPFD, 16)
    guard request >= 0 else { giveUp(channel, errno) }
    let output = fcntl(ends.output, F_DUPFD, 16)
    guard output >= 0, DescriptorIO.setBlocking(true, request),
      DescriptorIO.setBlocking(true, output), DescriptorIO.setBlocking(true, channel),
      dup2(request, STDIN_FILENO) >= 0, dup2(output, STDOUT_FILENO) >= 0,
      dup2(output, STDERR_FILENO) >= 0, dup2(channel, WorkerChannel.descriptor) >= 0
    else { giveUp(channel, errno) }
    clinux_close_from(WorkerChannel.descriptor + 1)
  }

  /// The exit code of a worker that could not begin.
  static let shortageExitCode: CInt = 71

  /// Ends a worker that cannot begin, with an error for its job.
  ///
  /// Only system calls.
  static func giveUp(_ channel: CInt, _ number: CInt) -> Never {
    let line: StaticString =
      switch number {
      case EMFILE, ENFILE, EINVAL:
        """
        E {"code":"outOfMemory","message":"a worker cannot begin: too many open files: raise `ulimit \
        -n` or lower --jobs"}

        """
      case EAGAIN, ENOMEM:
        """
        E {"code":"outOfMemory","message":"a worker cannot begin: there is no memory or no process \
        left (the machine's, or that of a limit such as `ulimit -v` or `ulimit -u`)"}

        """
      default: "E {\"code\":\"internal\",\"message\":\"a worker cannot begin\"}\n"
      }
    write(channel, line.utf8Start, line.utf8CodeUnitCount)
    _exit(shortageExitCode)
  }

  /// Waits for the request on standard input, runs the task and ends the process.
  static func serve(_ tasks: TaskRegistry) -> Never {
    // Again, for one that was started by exec: the Swift runtime may have caught the fatal
    // signals, to print a backtrace.
    clinux_reset_signals()
    clinux_tell_of_no_memory(WorkerChannel.descriptor)
    clinux_enter_fresh_heap()
    var bytes: [UInt8] = []
    reading: while true {
      switch DescriptorIO.read(STDIN_FILENO) {
      case .bytes(let more): bytes += more
      case .nothingYet: continue
      case .ended: break reading
      }
    }
    // A host that has no more work closes the pipe without a word.
    if bytes.isEmpty { _exit(0) }
    guard let request = Wire.start(bytes) else { _exit(64) }
    // Where this fails, the pipe stays, which is as empty.
    dup2(clinux_open("/dev/null", O_RDONLY | O_CLOEXEC, 0), STDIN_FILENO)
    clinux_close_from(WorkerChannel.descriptor + 1)
    let task = tasks.task(request.task)
    if request.threads ?? 1 > 1 { runApart(task, request) }
    // One thread, or no other to be had.
    WorkerThread.areAllowed = false
    run(task, request)
  }

  /// Runs the task on a new thread; returns only where there is none.
  private static func runApart(_ task: TaskRegistry.Entry?, _ request: Wire.Request.Start) {
    // Swift's own locks are not to be had for two threads where one of them is a fork's first:
    // see `Locked`. So all threads are new ones, and this one only waits.
    nonisolated(unsafe) let job = (task, request)
    guard let thread = WorkerThread("vp:\(request.task)", { run(job.0, job.1) }) else { return }
    thread.join()
    _exit(1)
  }

  private static func run(_ task: TaskRegistry.Entry?, _ request: Wire.Request.Start) -> Never {
    clinux_set_process_name("vp:\(request.task)")
    let channel = WorkerChannel()
    do {
      guard let task else {
        throw FramePoolError(.internal, "the host knows no task '\(request.task)'")
      }
      channel.end(.result, try task.run(request.input, channel))
    } catch {
      let failure = Wire.RemoteError(
        code: (error as? FramePoolError)?.code ?? .internal, message: "\(error)")
      channel.end(.failure, (try? JSONCoding.bytes(failure)) ?? [])
    }
    fflush(nil)
    // Not exit(3): the atexit handlers and destructors of the libraries belong to the host.
    _exit(0)
  }
}
