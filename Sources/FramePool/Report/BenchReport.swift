import FoundationEssentials

/// A comparison of ways to do the same work: `vidproc.bench/1`.
public struct BenchReport: Codable, Sendable {
  /// A video.
  public struct Input: Codable, Sendable {
    /// The file as the user named it.
    public var path: InputPath
    /// Its size.
    public var bytes: Int64

    /// A video of that size.
    public init(path: InputPath, bytes: Int64) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// A way to do the work.
  public struct Mode: Codable, Sendable {
    /// Whose it is.
    public enum Group: String, Codable, Sendable {
      /// This program's.
      case vidproc
      /// Another one's.
      case peer
    }

    /// Seconds by the clock, over the rounds.
    public struct Wall: Codable, Sendable {
      /// The middle one.
      public var median: Double
      /// The shortest.
      public var low: Double
      /// The longest.
      public var high: Double
      /// Each round's.
      public var all: [Double]

      /// The figures of a few rounds; at least one.
      public init(_ all: [Double]) {
        let sorted = all.sorted()
        let middle = sorted.count / 2
        median =
          sorted.count.isMultiple(of: 2)
          ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        low = sorted[0]
        high = sorted[sorted.count - 1]
        self.all = all
      }
    }

    /// A short name for scripts, for example `pool-2`.
    public var name: String
    /// What it is, for people.
    public var label: String
    /// Whose it is.
    public var group: Group
    /// Processes that work at once.
    public var workers: Int
    /// Codec threads in each; 0 for as many as it likes.
    public var threads: Int
    /// From start to exit.
    public var wall: Wall?
    /// CPU seconds of all its processes, the median of the rounds.
    public var cpuSeconds: Double?
    /// The most memory that its processes had at once, in bytes; what they share counts once.
    public var peakMemoryBytes: Int?
    /// How many times as fast as the first way.
    public var speedUp: Double?
    /// That, for each CPU that it could use.
    public var efficiency: Double?
    /// Its wall time, divided by the bound.
    public var ofBound: Double?
    /// Whether it did the same work as the first way; nil where that cannot be shown.
    public var same: Bool?
    /// What shows that.
    public var proof: String?

    /// A way that has not been measured yet.
    public init(name: String, label: String, group: Group, workers: Int, threads: Int) {
      self.name = name
      self.label = label
      self.group = group
      self.workers = workers
      self.threads = threads
    }
  }

  /// `vidproc.bench/1`.
  public var schema = "vidproc.bench/1"
  /// The program.
  public var tool: Report.Tool
  /// The machine.
  public var machine: Report.Machine
  /// When it began, by ISO 8601.
  public var startedAt: String
  /// The filter chains.
  public var filter: String
  /// The videos.
  public var inputs: [Input]
  /// How often each way was measured.
  public var rounds: Int
  /// Whether the files were dropped from memory before each run.
  public var coldCache: Bool
  /// What no schedule can beat, by the work of one worker after the other.
  public var bound: Explanation.Bound?
  /// The ways, in the order in which they were run.
  public var modes: [Mode]
  /// What else is to be known.
  public var notes: [String] = []

  /// A comparison that has not been made yet.
  public init(
    filter: String, inputs: [Input], rounds: Int, coldCache: Bool, budget: CPUBudget, modes: [Mode]
  ) {
    tool = Report.Tool(version: vidprocVersion, libraries: [:])
    machine = Report.Machine(budget)
    startedAt = Date().formatted(.iso8601)
    self.filter = filter
    self.inputs = inputs
    self.rounds = rounds
    self.coldCache = coldCache
    self.modes = modes
  }

  /// Works out speed-ups, efficiencies and how near the bound each way came.
  public mutating func compare() {
    guard let first = modes.first?.wall?.median, first > 0 else { return }
    for index in modes.indices {
      guard let wall = modes[index].wall?.median, wall > 0 else { continue }
      modes[index].speedUp = first / wall
      let threads = max(1, modes[index].threads == 0 ? machine.cpus : modes[index].threads)
      let cpus = min(machine.cpus, modes[index].workers * threads)
      modes[index].efficiency = first / wall / Double(max(1, cpus))
      if let bound, bound.seconds > 0 { modes[index].ofBound = wall / bound.seconds }
    }
  }

  /// The comparison as JSON on one line.
  ///
  /// - Throws: ``FramePoolError`` of code `internal`.
  public func json() throws(FramePoolError) -> String {
    try ReportJSON.text(self)
  }
}
