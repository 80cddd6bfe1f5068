public import FoundationEssentials
import Glibc

/// What happened in a batch: `vidproc.report/1`.
public struct Report: Sendable {
  /// The format's name; a key's meaning changes only with the number.
  public static let schema = "vidproc.report/1"

  /// The program that did it.
  public struct Tool: Codable, Hashable, Sendable {
    /// The program's version.
    public var version: String
    /// The FFmpeg libraries' versions, by name.
    public var libraries: [String: String]
  }

  /// The machine it was done on.
  public struct Machine: Codable, Hashable, Sendable {
    /// Usable CPUs.
    public var cpus: Int
    /// Which limit decided about them.
    public var cpuSource: String
    /// Physical memory.
    public var memoryBytes: Int
    /// How workers were started: `fork` or `exec`.
    public var workerStart: String?

    init(_ budget: CPUBudget) {
      cpus = budget.cpus
      cpuSource = budget.source
      memoryBytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    }
  }

  /// Sums over all files.
  public struct Totals: Codable, Hashable, Sendable {
    /// Inputs.
    public var files = 0
    /// Of status ``FileRecord/Status/ok``.
    public var ok = 0
    /// Of status ``FileRecord/Status/damaged``.
    public var damaged = 0
    /// Of status ``FileRecord/Status/failed``.
    public var failed = 0
    /// Of status ``FileRecord/Status/skipped``.
    public var skipped = 0
    /// Of status ``FileRecord/Status/cancelled``.
    public var cancelled = 0
    /// Decoded frames.
    public var frames = 0
    /// Frames that came out of the filters.
    public var filtered = 0
    /// Decoded frames per second of the batch's wall time.
    public var framesPerSecond = 0.0
    /// The workers' CPU seconds.
    public var cpuSeconds = 0.0
    /// The sum of the workers' own wall times: what one after the other would take, roughly.
    public var workerSeconds = 0.0
  }

  /// The program.
  public var tool: Tool
  /// The machine.
  public var machine: Machine
  /// What was asked for.
  public var options: BatchOptions
  /// What was made of it.
  public var plan: WorkPlan
  /// When it began.
  public var startedAt: Date
  /// Seconds from then to the end.
  public var wallSeconds = 0.0
  /// The sums.
  public var totals = Totals()
  /// Why it was not faster; nil when nothing was done.
  public var explanation: Explanation?
  /// A frame of each video before the filters and behind them, JPEG in base64, by the file's index;
  /// only on the page.
  public var thumbnails: [Int: [String]] = [:]
  /// One record for each input, in the order they were named.
  public var files: [FileRecord]

  let startTime = MonotonicClock.now()
  /// The numbers of the CPUs that workers may use.
  private let cpus: [Int32]
  private let waitsAtStart: MachineWaits

  init(options: BatchOptions, plan: WorkPlan, budget: CPUBudget, inputs: [BatchInput]) {
    tool = Tool(version: vidprocVersion, libraries: [:])
    machine = Machine(budget)
    self.options = options
    self.plan = plan
    cpus = options.affinity.isEmpty ? CPUPlacement.usable() : options.affinity
    waitsAtStart = MachineWaits.count(of: cpus)
    startedAt = Date()
    files = inputs.map { FileRecord($0) }
  }

  /// The totals in a line.
  public var summary: String {
    let counts = [
      (totals.ok, "ok"), (totals.damaged, "damaged"), (totals.failed, "failed"),
      (totals.skipped, "skipped"), (totals.cancelled, "cancelled"),
    ]
    return Quantity.text(totals.files, "file") + ": "
      + counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      + "; \(frames) in \(Quantity.seconds(wallSeconds))"
  }

  /// The frames that came out, of those that were decoded.
  private var frames: String {
    totals.filtered == totals.frames
      ? Quantity.text(totals.frames, "frame")
      : "\(totals.filtered) of \(Quantity.text(totals.frames, "decoded frame"))"
  }

  /// Adds up, when all records are there and the workers' hosts have ended.
  mutating func finish() {
    wallSeconds = MonotonicClock.seconds(since: startTime)
    var totals = Totals()
    totals.files = files.count
    for file in files {
      switch file.status {
      case .ok: totals.ok += 1
      case .damaged: totals.damaged += 1
      case .failed: totals.failed += 1
      case .skipped: totals.skipped += 1
      case .cancelled: totals.cancelled += 1
      }
      totals.filtered = totals.filtered.saturatingAdd(file.frames.filtered)
      totals.frames = totals.frames.saturatingAdd(file.frames.decoded)
      totals.cpuSeconds += file.cpuSeconds.total
      totals.workerSeconds += file.seconds.wall
    }
    if wallSeconds > 0 { totals.framesPerSecond = Double(totals.frames) / wallSeconds }
    self.totals = totals
    explanation = Explainer(self, MachineWaits.count(of: cpus).since(waitsAtStart)).explain()
  }
}
