import CLinux
import Glibc

/// A worker that waits for its task: forked while others work, so that the next task need not wait
/// for a fork.
///
/// Its three pipes are closed by whoever takes it over.
struct SpareWorker {
  let pid: pid_t
  /// The write end of the pipe with the request.
  let request: CInt
  /// The read end of the pipe with its lines.
  let channel: CInt
  /// The read end of the pipe with its standard output and error.
  let output: CInt

  /// Starts a worker.
  ///
  /// - Parameters:
  ///   - forks: Whether the fork itself becomes the worker; otherwise it executes this program
  ///     anew, which is safe whatever locks other threads hold at the fork.
  ///   - tasks: What it can be asked for.
  /// - Returns: The worker.
  /// - Throws: What the system has too little of.
  static func start(forks: Bool, tasks: TaskRegistry) throws(FramePoolError) -> SpareWorker {
    var pipes: [Pipe] = []
    for _ in 0..<3 {
      guard let pipe = Pipe.make() else {
        let number = errno
        for pipe in pipes { pipe.close() }
        throw Shortage.pipe.error(number)
      }
      pipes.append(pipe)
    }
    let host = getpid()
    let child = clinux_fork()
    if child == 0 {
      Worker.isolate(
        .init(
          request: pipes[0].readEnd, channel: pipes[1].writeEnd, output: pipes[2].writeEnd),
        hostPID: host)
      if forks { Worker.serve(tasks) }
      clinux_execute_self("worker")
      Worker.giveUp(WorkerChannel.descriptor, errno)
    }
    guard child > 0 else {
      let number = errno
      for pipe in pipes { pipe.close() }
      throw Shortage.process.error(number)
    }
    // In both processes, so that it is done whichever runs first.
    setpgid(child, child)
    close(pipes[0].readEnd)
    close(pipes[1].writeEnd)
    close(pipes[2].writeEnd)
    return SpareWorker(
      pid: child, request: pipes[0].writeEnd, channel: pipes[1].readEnd, output: pipes[2].readEnd)
  }

  /// Ends it.
  func discard() {
    kill(pid, SIGKILL)
    closePipes()
  }

  /// Lets go of one that has ended.
  func closePipes() {
    for descriptor in [request, channel, output] { close(descriptor) }
  }
}
