import Synchronization
import SystemPackage

/// Which video is next, and with how many threads.
///
/// The one that is expected to take longest comes first: what takes longest must not start last. The
/// expectation comes from the size and from what the batch has taught so far (``CostModel``), or is
/// given.
///
/// A video's threads follow from its share of the work that is left: one that is a hundredth of it
/// needs one thread, for there is enough to do beside it; one that is all of it gets all CPUs. So
/// many videos have a thread each, few have several, and the last ones have what those before them
/// leave.
final class Schedule: Sendable {
  /// A video that waits.
  struct Video {
    /// Its place in the batch.
    var index: Int
    /// In bytes.
    var size: Int64
    /// Which others are like it.
    var kind: CostModel.Kind
    /// Seconds of CPU time, where they are known from elsewhere.
    var cost: Double?

    init(index: Int, size: Int64, kind: CostModel.Kind, cost: Double? = nil) {
      self.index = index
      self.size = max(1, size)
      self.kind = kind
      self.cost = cost
    }

    init(index: Int, path: FilePath, size: Int64, cost: Double? = nil) {
      self.init(
        index: index, size: size,
        kind: .init(
          folder: path.directory.string, suffix: path.extension?.lowercased() ?? ""),
        cost: cost)
    }
  }

  /// What to do next.
  struct Turn: Equatable {
    var index: Int
    var threads: Int
  }

  fileprivate struct State {
    /// The videos of each kind that wait, the largest last.
    var waiting: [CostModel.Kind: [Video]] = [:]
    var waitingBytes: [CostModel.Kind: Double] = [:]
    /// The sum of the costs that are known of those that wait.
    var knownCost = 0.0
    var running: [Int: (video: Video, done: Double)] = [:]
    /// The videos in the order in which they were given out.
    var order: [Int] = []
    var model = CostModel()
  }

  private let state: Mutex<State>
  private let cpus: Int
  private let minimumThreads: Int
  private let isFixed: Bool

  /// More threads than this a codec does not use well; FFmpeg's own limit is the same.
  private static let maximumThreads = 16

  /// How many kinds are told apart: each decision looks at all of them.
  private static let mostKinds = 64

  /// - Parameters:
  ///   - videos: All that are to be worked on.
  ///   - cpus: How many CPUs there are.
  ///   - minimumThreads: Threads that each has at least.
  ///   - isFixed: Whether each has just those.
  init(_ videos: [Video], cpus: Int, minimumThreads: Int = 1, isFixed: Bool = false) {
    let waiting = Self.grouped(videos)
    var state = State()
    for (kind, videos) in waiting {
      state.waiting[kind] = videos.sorted { one, other in
        let (first, second) = (one.cost ?? 0, other.cost ?? 0)
        return (first, one.size, other.index) < (second, other.size, one.index)
      }
      state.waitingBytes[kind] = videos.reduce(0) { $0 + ($1.cost == nil ? Double($1.size) : 0) }
      state.knownCost += videos.reduce(0) { $0 + ($1.cost ?? 0) }
    }
    self.state = Mutex(state)
    self.cpus = cpus
    self.minimumThreads = minimumThreads
    self.isFixed = isFixed
  }

  /// The videos by their kinds; where a folder for each video makes too many, by extension alone, and
  /// where those are too many still, all together.
  private static func grouped(_ videos: [Video]) -> [CostModel.Kind: [Video]] {
    var videos = videos
    let coarser: [(inout CostModel.Kind) -> Void] = [{ $0.folder = "" }, { $0.suffix = "" }]
    for makeCoarser in coarser where Set(videos.map(\.kind)).count > mostKinds {
      for index in videos.indices { makeCoarser(&videos[index].kind) }
    }
    return Dictionary(grouping: videos, by: \.kind)
  }

  /// The next video; nil when none waits.
  func next() -> Turn? {
    state.withLock { state in
      let best = state.waiting.max { one, other in
        let (first, second) = (one.value.last, other.value.last)
        guard let first, let second else { return second != nil }
        let costs = (state.cost(of: first), state.cost(of: second))
        // The order of a dictionary must not decide.
        return costs.0 == costs.1 ? first.index > second.index : costs.0 < costs.1
      }
      guard let kind = best?.key, let video = state.waiting[kind]?.popLast() else { return nil }
      let cost = state.cost(of: video)
      // Before it is taken out: it is part of what is left.
      let left = state.costLeft()
      if let known = video.cost {
        state.knownCost -= known
      } else {
        state.waitingBytes[kind, default: 0] -= Double(video.size)
      }
      if state.waiting[kind]?.isEmpty == true { state.waiting[kind] = nil }
      state.running[video.index] = (video, 0)
      state.order.append(video.index)
      return Turn(index: video.index, threads: threads(cost: cost, left: left))
    }
  }

  /// Threads for a video that costs `cost` of the `left` seconds of work.
  private func threads(cost: Double, left: Double) -> Int {
    guard !isFixed, left > 0 else { return minimumThreads }
    // A hair less, so that a half is not three quarters for a rounding error.
    let share = Double(cpus) * min(1, cost / left) - 0.01
    return max(minimumThreads, min(Int(saturating: share.rounded(.up)), cpus, Self.maximumThreads))
  }

  /// Which video was given out as number `position`, from 0.
  func index(at position: Int) -> Int { state.withLock { $0.order[position] } }

  /// How many kinds of videos wait.
  var kindCount: Int { state.withLock { $0.waiting.count } }

  /// How far a video that runs has come, 0 to 1.
  func note(_ index: Int, done: Double) {
    state.withLock { $0.running[index]?.done = min(1, max(0, done)) }
  }

  /// A video is done with.
  ///
  /// - Parameters:
  ///   - index: Which.
  ///   - seconds: The CPU time that it took, where it was done to its end.
  func finished(_ index: Int, seconds: Double?) {
    state.withLock { state in
      guard let video = state.running.removeValue(forKey: index)?.video, let seconds else { return }
      state.model.learn(seconds, size: video.size, of: video.kind)
    }
  }
}

extension Schedule.State {
  func cost(of video: Schedule.Video) -> Double {
    video.cost ?? model.rate(of: video.kind) * Double(video.size)
  }

  /// Seconds of CPU time for all that waits and what is left of that which runs.
  func costLeft() -> Double {
    var sum = knownCost
    for (kind, bytes) in waitingBytes where bytes > 0 { sum += model.rate(of: kind) * bytes }
    for (video, done) in running.values { sum += cost(of: video) * (1 - done) }
    return sum
  }
}
