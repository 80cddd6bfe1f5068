import Glibc

/// A worker as its host sees it: the process, its two pipes and what came through them.
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
  let deadline: UInt64?

  private(set) var result: String?
  private(set) var error: Wire.RemoteError?
  private(set) var progress: String?
  private(set) var isOverflown = false
  private var parts: [String] = []
  private var partBytes = 0
  /// What the worker wants to be warmed up for its successors.
  private(set) var warmUps: [String] = []
  private var lastCPU: Int32?
  var lastProgressSent: UInt64 = 0
  var killedFor: Wire.KillReason?
  var isChannelOpen = true
  var isOutputOpen = true

  private var lines = LineBuffer(limit: Wire.maximumResult)
  private var tail = OutputTail()

  init(
    job: UInt64, task: String, pid: pid_t, channel: CInt, output: CInt, timeout: Double?,
    threads: Int
  ) {
    self.job = job
    self.task = task
    self.pid = pid
    self.threads = threads
    self.channel = channel
    self.output = output
    startedAt = MonotonicClock.now()
    deadline = timeout.map { [startedAt] in startedAt + UInt64(max(0, min($0, 1e9)) * 1e9) }
  }

  /// Whether it has said all that it will.
  var isDone: Bool { result != nil || error != nil }

  /// Gives the CPU that it leaves, once it is done, to one other.
  mutating func takeLastCPU() -> Int32? { isDone ? lastCPU.take() : nil }

  /// The end of what the worker printed.
  var outputTail: String { tail.text }

  /// Reads what the pipes hold, at most one buffer each; false when there was nothing.
  @discardableResult
  mutating func readPipes() -> Bool {
    var didRead = false
    if isChannelOpen {
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
    var rounds = Wire.maximumResult / (1 << 16) + 16
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
  }

  private mutating func take(_ bytes: [UInt8]) {
    for line in lines.append(bytes) {
      guard let letter = line.first, let kind = WorkerChannel.Kind(rawValue: letter) else {
        continue
      }
      // Repaired where it is no UTF-8; the parent decodes it as JSON and refuses what is none.
      let json = String(decoding: line.dropFirst(2), as: UTF8.self)
      switch kind {
      // A report is small; a longer one is a mistake or worse, and nobody misses it.
      case .progress: if line.count <= Wire.maximumProgress { progress = json }
      case .result: result = json
      case .part:
        partBytes += line.count
        // Longer ones would not fit the wire, where a byte may become six.
        if line.count > Wire.maximumPart || partBytes > Wire.maximumParts {
          isOverflown = true
        } else {
          parts.append(json)
        }
      case .warmUp: if warmUps.count < 8, json.utf8.count <= 64 { warmUps.append(json) }
      case .lastCPU: lastCPU = Int32(json)
      case .failure: error = try? Wire.decode(Wire.RemoteError.self, from: line.dropFirst(2))
      }
    }
    if lines.isOverflown { isOverflown = true }
  }
}
