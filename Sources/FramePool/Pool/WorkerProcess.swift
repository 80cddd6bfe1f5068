import CLinux
import Glibc

/// A worker as its host sees it: the process, its pipes and what came through them.
struct WorkerProcess {
  let job: UInt64
  /// The task's name.
  let task: String
  let pid: pid_t
  /// The read end of the pipe with the worker's lines.
  let channel: CInt
  /// The read end of the pipe with its standard output and error.
  let output: CInt
  let startedAt: UInt64
  /// How many threads it runs at once.
  let threads: Int
  /// The CPUs that it is kept on; nil for all.
  var place: [Int32]?
  /// When it is killed, in ``MonotonicClock`` time.
  private(set) var deadline: UInt64?
  /// The write end of the pipe with its request, until all of it is written.
  private(set) var openRequest: CInt?
  private var requestBytes: ArraySlice<UInt8>
  private let maximumResult: Int

  private(set) var result: String?
  private(set) var error: Wire.RemoteError?
  private(set) var progress: String?
  private(set) var isOverflown = false
  private var parts: [String] = []
  private var partBytes = 0
  /// What the worker wants to be warmed up for its successors.
  private(set) var warmUps: [String] = []
  private var lastCPU: Int32?
  /// Whether it said, dying, that it could have no more memory.
  private var hasNoMemory = false
  var lastProgressSent: UInt64 = 0
  var killedFor: Wire.KillReason?
  var isChannelOpen = true
  var isOutputOpen = true

  private var lines: LineBuffer
  private var tail = OutputTail()

  /// - Parameters:
  ///   - worker: The process; its pipes are this one's from here on.
  ///   - request: What it is to do; it is not written yet.
  ///   - maximumResult: The longest result that its task gives, in bytes.
  init(_ worker: SpareWorker, _ request: Wire.Request.Start, maximumResult: Int) {
    job = request.job
    task = request.task
    pid = worker.pid
    threads = request.threads ?? 1
    channel = worker.channel
    output = worker.output
    openRequest = worker.request
    requestBytes = Wire.line(request)[...]
    self.maximumResult = maximumResult
    // A letter and a space stand in front.
    lines = LineBuffer(limit: max(maximumResult, Wire.maximumEncodedPart) + 2)
    startedAt = MonotonicClock.now()
    deadline = request.timeout.map { [startedAt] in startedAt &+ UInt64(saturating: $0 * 1e9) }
  }

  /// Writes what the pipe takes of its request, and closes it after the last.
  ///
  /// A worker that does not read, stopped or dead, keeps nobody waiting; one that has died is seen
  /// when it is reaped.
  mutating func writeRequest() {
    while let descriptor = openRequest {
      if !requestBytes.isEmpty {
        switch DescriptorIO.writeSome(requestBytes, to: descriptor) {
        case .written(let count):
          requestBytes = requestBytes.dropFirst(count)
          if !requestBytes.isEmpty { continue }
        case .full: return
        case .gone: break
        }
      }
      close(descriptor)
      openRequest = nil
      requestBytes = []
    }
  }

  /// Gives it so many nanoseconds more.
  mutating func delay(_ nanoseconds: UInt64) {
    deadline = deadline.map { $0.saturatingAdd(nanoseconds) }
  }

  /// Whether it has said all that it will.
  var isDone: Bool { result != nil || error != nil }

  /// Gives the CPU that it leaves, once it is done, to one other.
  mutating func takeLastCPU() -> Int32? { isDone ? lastCPU.take() : nil }

  /// Reads what the pipes hold, at most one buffer each.
  ///
  /// - Parameter listens: Whether its lines are read too, or only what it prints.
  /// - Returns: Whether there was anything.
  @discardableResult
  mutating func readPipes(listens: Bool = true) -> Bool {
    var didRead = false
    if isChannelOpen, listens {
      switch DescriptorIO.read(channel) {
      case .bytes(let bytes):
        didRead = true
        take(bytes)
      case .nothingYet: break
      case .ended: isChannelOpen = false
      }
    }
    if isOutputOpen {
      switch DescriptorIO.read(output) {
      case .bytes(let bytes):
        didRead = true
        tail.append(bytes)
      case .nothingYet: break
      case .ended: isOutputOpen = false
      }
    }
    return didRead
  }

  /// Reads all that is left after the process has ended.
  ///
  /// A grandchild may hold the pipes open and write for ever, hence the bound.
  mutating func readRest() {
    var rounds = max(maximumResult, Wire.maximumEncodedPart) / (1 << 16) + 16
    while rounds > 0, readPipes() { rounds -= 1 }
  }

  /// Gives the progress that has not been sent yet.
  mutating func takeProgress() -> String? {
    progress.take()
  }

  /// Gives the parts that have not been sent yet.
  mutating func takeParts() -> [String] {
    defer { parts = [] }
    return parts
  }

  /// Whether a report waits to be sent.
  var hasProgress: Bool { progress != nil }

  func closePipes() {
    close(channel)
    close(output)
    if let openRequest { close(openRequest) }
  }

  private mutating func take(_ bytes: [UInt8]) {
    for line in lines.append(bytes) {
      guard let letter = line.first, let kind = WorkerChannel.Kind(rawValue: letter) else {
        continue
      }
      // Repaired where it is no UTF-8; the parent decodes it as JSON and refuses what is none.
      var json: String { String(decoding: line.dropFirst(2), as: UTF8.self) }
      switch kind {
      // A report is small; a longer one is a mistake or worse, and nobody misses it.
      case .progress: if line.count <= Wire.maximumProgress { progress = json }
      case .result:
        if line.count - 2 > maximumResult { isOverflown = true } else { result = json }
      case .part: take(part: line.count <= Wire.maximumPart ? json : nil, line.count)
      case .encodedPart:
        let text = try? JSONCoding.decode(String.self, from: line.dropFirst(2))
        take(part: text.flatMap { $0.utf8.count <= Wire.maximumPart ? $0 : nil }, line.count)
      case .warmUp: if warmUps.count < 8, line.count <= 66 { warmUps.append(json) }
      case .noMemory: hasNoMemory = true
      case .lastCPU: if line.count <= 16 { lastCPU = Int32(json) }
      case .failure: error = try? Wire.decode(Wire.RemoteError.self, from: line.dropFirst(2))
      }
    }
    if lines.isOverflown { isOverflown = true }
  }

  /// Takes a part in; nil for one that is none, or longer than fits the wire, where a byte may
  /// become six.
  private mutating func take(part: String?, _ count: Int) {
    partBytes += count
    if let part, partBytes <= Wire.maximumParts {
      parts.append(part)
    } else {
      isOverflown = true
    }
  }

  // MARK: - The end

  /// What is told of its end.
  ///
  /// - Parameters:
  ///   - status: How it ended, as wait4(2) says.
  ///   - usage: What it cost.
  ///   - outOfMemoryKills: The kernel's count of those.
  /// - Returns: What the host says of it to the pool.
  func ended(
    _ status: CInt, _ usage: rusage, _ outOfMemoryKills: inout OutOfMemoryKills
  ) -> Wire.Report.Ended {
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    let exitCode = clinux_exit_code(status)
    let signal = clinux_signal(status)
    var killedFor = killedFor ?? (isOverflown ? .overlongResult : nil)
    if signal == SIGKILL, killedFor == nil, outOfMemoryKills.hasGrown() {
      killedFor = .outOfMemory
    }
    let isWhole = killedFor == nil && (exitCode == 0 || exitCode == Worker.shortageExitCode)
    var error = isWhole ? error : nil
    let ranOutOfMemory = hasNoMemory || LastWords.speakOfMemory(tail.text)
    if killedFor == nil, signal > 0, signal != SIGKILL, ranOutOfMemory {
      error = .init(
        code: .outOfMemory,
        message: "memory ran out in the worker, and it was ended by signal \(signal) "
          + "(\(Signals.name(signal))): a limit such as `ulimit -v` left it too little")
    }
    return Wire.Report.Ended(
      job: job, pid: pid, result: isWhole && exitCode == 0 ? result : nil, error: error,
      exitCode: exitCode >= 0 ? exitCode : nil, signal: signal > 0 ? signal : nil,
      killedFor: killedFor,
      usage: TaskUsage(
        wallSeconds: MonotonicClock.seconds(since: startedAt),
        userSeconds: seconds(usage.ru_utime), systemSeconds: seconds(usage.ru_stime),
        peakMemoryBytes: usage.ru_maxrss.saturatingMultiply(1024),
        readBytes: usage.ru_inblock.saturatingMultiply(512)),
      output: tail.text)
  }
}
