/// Why a batch was not faster: where the time went, what no schedule can beat, and what would have
/// helped.
public struct Explanation: Codable, Hashable, Sendable {
  /// Parts of what all CPUs could have done in the batch's wall time; together 1.
  public struct Shares: Codable, Hashable, Sendable {
    /// Before the first worker began.
    public var startUp = 0.0
    /// CPU time of the parent and the hosts: starting processes, messages, records.
    public var pool = 0.0
    /// Workers that were there and did not run: for the disk, for a CPU, for a quota.
    public var waiting = 0.0
    /// CPU time in the demuxer.
    public var demux = 0.0
    /// CPU time in the decoder.
    public var decode = 0.0
    /// CPU time in filters.
    public var filter = 0.0
    /// CPU time in the encoder.
    public var encode = 0.0
    /// CPU time in the muxer.
    public var mux = 0.0
    /// CPU time for checksums.
    public var checksum = 0.0
    /// CPU time for reading outputs again.
    public var verify = 0.0
    /// The rest of the workers' CPU time: their start and end, files of pictures, sheets.
    public var other = 0.0
    /// CPUs that had no worker.
    public var idle = 0.0

    /// All of them with their names, as they stand on the page; a stage's is the stage's.
    package static var parts: [(name: String, part: WritableKeyPath<Shares, Double>)] {
      [
        ("start-up", \.startUp), ("pool", \.pool), ("waiting", \.waiting), ("demux", \.demux),
        ("decode", \.decode),
        ("filter", \.filter), ("encode", \.encode), ("mux", \.mux), ("checksum", \.checksum),
        ("verify", \.verify), ("other", \.other), ("idle", \.idle),
      ]
    }
  }

  /// What no schedule can beat, as long as a video is one thread's work.
  public struct Bound: Codable, Hashable, Sendable {
    /// Which of the two it is.
    public enum Rule: String, Codable, Sendable {
      /// All work, divided by the CPUs.
      case work
      /// The longest video.
      case longest
    }

    /// The larger of the two, in seconds.
    public var seconds: Double
    /// Which.
    public var rule: Rule
    /// CPU seconds of all workers.
    public var workSeconds: Double
    /// The CPUs.
    public var cpus: Int
    /// CPU seconds of the longest video.
    public var longestSeconds: Double
    /// Its path; nil when nothing was done.
    public var longestInput: InputPath?

    /// The bound for videos of these costs on so many CPUs.
    ///
    /// - Parameters:
    ///   - costs: CPU seconds of each.
    ///   - cpus: How many.
    ///   - input: Gives a video's path by its place among the costs.
    init(_ costs: [Double], cpus: Int, input: (Int) -> InputPath?) {
      let longest = costs.indices.max { costs[$0] < costs[$1] }
      workSeconds = costs.reduce(0, +)
      self.cpus = cpus
      longestSeconds = longest.map { costs[$0] } ?? 0
      longestInput = longest.flatMap(input)
      let even = workSeconds / Double(cpus)
      rule = longestSeconds > even ? .longest : .work
      seconds = max(even, longestSeconds)
    }
  }

  /// One reason, or one thing that is good to know.
  public struct Sentence: Codable, Hashable, Sendable {
    /// What it is about.
    public enum Kind: String, Codable, Sendable {
      /// How near the bound the batch came.
      case bound
      /// One video is a large part of all work.
      case longestVideo
      /// Another order would have been faster.
      case order
      /// Another number of workers would have been faster.
      case jobs
      /// A quota stopped the workers.
      case quota
      /// The disk.
      case disk
      /// Other processes, or too many threads.
      case contention
      /// Starting processes and telling of them is much, beside such short videos.
      case pool
      /// CPUs were idle at the end.
      case tail
      /// The start took long, compared with the work.
      case startUp
      /// The encoder is most of the work.
      case encoder
      /// The decoder is most of the work.
      case decoder
      /// The filters are most of the work.
      case filter
    }

    /// What it is about.
    public var kind: Kind
    /// The sentence.
    public var text: String
  }

  /// Where the time went.
  public var shares: Shares
  /// What no schedule can beat.
  public var bound: Bound
  /// Why it was not faster, the weightiest first.
  public var sentences: [Sentence]
}
