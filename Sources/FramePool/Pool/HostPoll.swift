import Glibc

/// What a host waits for, all at once, and what of it has come.
struct HostPoll {
  private var descriptors: [pollfd]
  private var workers: [pid_t] = []

  /// What has come.
  struct Ready {
    /// The parent has said something.
    var input = false
    /// The parent can be told something.
    var output = false
    /// A worker has ended, or nothing is known.
    var child = false
    /// Workers have said or printed something.
    var workers: [pid_t] = []
    /// Workers can be told the rest of what they are to do.
    var requests: [pid_t] = []
  }

  /// - Parameters:
  ///   - childSignal: Where the ends of workers are told.
  ///   - workers: The workers.
  ///   - outbox: What is to be told. While it is full, and as long as too much waits in it, workers
  ///     are not listened to: they wait in their writes.
  init(childSignal: CInt, _ workers: WorkerTable, _ outbox: HostOutbox) {
    descriptors = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: childSignal, events: Int16(POLLIN), revents: 0),
      // One below zero is left out.
      pollfd(fd: outbox.isBlocked ? STDOUT_FILENO : -1, events: Int16(POLLOUT), revents: 0),
    ]
    for worker in workers.all {
      if worker.isChannelOpen, !outbox.isCongested { add(worker.channel, POLLIN, worker.pid) }
      if worker.isOutputOpen { add(worker.output, POLLIN, worker.pid) }
      if let request = worker.openRequest { add(request, POLLOUT, worker.pid) }
    }
  }

  private mutating func add(_ descriptor: CInt, _ events: CInt, _ pid: pid_t) {
    descriptors.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
    workers.append(pid)
  }

  /// Waits.
  ///
  /// - Parameter timeout: Milliseconds; -1 for as long as it takes.
  /// - Returns: What has come; nil with errno set where the system cannot wait.
  mutating func wait(_ timeout: CInt) -> Ready? {
    let count = Glibc.poll(&descriptors, nfds_t(descriptors.count), timeout)
    guard count >= 0 || errno == EINTR else { return nil }
    return count > 0 ? told { $0.revents != 0 } : Ready()
  }

  /// As if all had come that is waited for.
  var everything: Ready { told { $0.fd >= 0 } }

  private func told(_ hasCome: (pollfd) -> Bool) -> Ready {
    var ready = Ready()
    ready.input = hasCome(descriptors[0])
    ready.child = hasCome(descriptors[1])
    ready.output = hasCome(descriptors[2])
    for (descriptor, pid) in zip(descriptors.dropFirst(3), workers) where hasCome(descriptor) {
      if descriptor.events == Int16(POLLOUT) {
        ready.requests.append(pid)
      } else if ready.workers.last != pid {
        ready.workers.append(pid)
      }
    }
    return ready
  }
}
