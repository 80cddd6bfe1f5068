@testable import FramePool

/// Plays a ``Schedule`` through with videos whose costs are known, without doing any of them: what
/// the order is worth, on any number of CPUs.
struct ScheduleSimulation {
  /// A video as it would be.
  struct Video {
    /// In bytes.
    var size: Int64
    /// The folder and the extension of its name.
    var folder: String
    var suffix: String
    /// CPU seconds, as they turn out.
    var cost: Double
  }

  /// What came out.
  struct Outcome {
    /// Seconds from the first start to the last end.
    var makespan: Double
    /// What no schedule can beat, a video being one thread's work.
    var bound: Double
    /// The most threads that ran at once.
    var mostRunning: Int
  }

  /// How much of a further CPU a video uses: codecs with threads wait for each other.
  private static let efficiency = 0.85

  private struct Running {
    var index: Int
    var left: Double
    var threads: Int
    var share = 1

    var rate: Double { 1 + Double(min(share, threads) - 1) * efficiency }
  }

  /// Plays.
  ///
  /// - Parameters:
  ///   - videos: The batch.
  ///   - cpus: As many CPUs, and as many slots.
  /// - Returns: What came out.
  static func run(_ videos: [Video], cpus: Int) -> Outcome {
    let schedule = Schedule(
      videos.enumerated().map { index, video in
        .init(
          index: index, size: video.size, kind: .init(folder: video.folder, suffix: video.suffix))
      }, cpus: cpus)
    var running: [Running] = []
    var (time, mostRunning) = (0.0, 0)
    while true {
      var hasChanged = false
      while running.count < cpus, let turn = schedule.next() {
        running.append(
          Running(index: turn.index, left: videos[turn.index].cost, threads: turn.threads))
        hasChanged = true
      }
      if running.isEmpty { break }
      if hasChanged || running.count < cpus {
        let shares = CPUShares.divide(cpus, among: running.map(\.threads))
        for (index, share) in shares.enumerated() { running[index].share = share }
        mostRunning = max(
          mostRunning, running.reduce(0) { $0 + min($1.share, $1.threads) })
      }
      let step = running.lazy.map { $0.left / $0.rate }.min() ?? 0
      time += step
      for index in running.indices { running[index].left -= step * running[index].rate }
      running.removeAll { entry in
        guard entry.left <= 1e-12 else { return false }
        schedule.finished(entry.index, seconds: videos[entry.index].cost)
        return true
      }
      // How far the others have come is reported too.
      for entry in running {
        schedule.note(entry.index, done: 1 - entry.left / videos[entry.index].cost)
      }
    }
    let bound = Explanation.Bound(videos.map(\.cost), cpus: cpus) { _ in nil }
    return Outcome(makespan: time, bound: bound.seconds, mostRunning: mostRunning)
  }
}
