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
  static func isolate(_ ends: Ends, hostPID: pid_t) {
    clinux_set_process_name("vp:spare")
    clinux_set_parent_death_signal(SIGKILL)
    // The host may have died between the fork and the line above.
    if getppid() != hostPID { _exit(1) }
    setpgid(0, 0)
    clinux_reset_signals()
    // The pipes may sit where the new descriptors must go, so they move out of the way first.
    let request = fcntl(ends.request, F_DUPFD, 16)
    let channel = fcntl(ends.channel, F_DUPFD, 16)
    let output = fcntl(ends.output, F_DUPFD, 16)
    dup2(request, STDIN_FILENO)
    dup2(output, STDOUT_FILENO)
    dup2(output, STDERR_FILENO)
    dup2(channel, WorkerChannel.descriptor)
    clinux_close_from(WorkerChannel.descriptor + 1)
  }

  /// Waits for the request on standard input, runs the task and ends the process.
  static func serve(_ tasks: TaskRegistry) -> Never {
    // Again, for one that was started by exec: the Swift runtime may have caught the fatal
    // signals, to print a backtrace.
    clinux_reset_signals()
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
    guard let request = try? Wire.decode(Wire.Request.Start.self, from: bytes) else { _exit(64) }
    dup2(clinux_open("/dev/null", O_RDONLY | O_CLOEXEC, 0), STDIN_FILENO)
    clinux_close_from(WorkerChannel.descriptor + 1)
    let task = tasks.task(request.task)
    guard request.threads ?? 1 > 1 else {
      WorkerThread.areAllowed = false
      run(task, request)
    }
    // Swift's own locks are not to be had for two threads where one of them is a fork's first:
    // see `Locked`. So all threads are new ones, and this one only waits.
    nonisolated(unsafe) let job = (task, request)
    WorkerThread("vp:\(request.task)") { run(job.0, job.1) }?.join()
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
