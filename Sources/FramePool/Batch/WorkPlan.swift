/// How many workers run at once and how many codec threads each has.
public struct WorkPlan: Codable, Hashable, Sendable {
  /// Workers at once.
  public var jobs: Int
  /// Codec threads in each; FFmpeg's filters get as many.
  public var threadsPerJob: Int

  /// Divides the CPUs: one worker per CPU with one thread each, and where there are fewer videos
  /// than CPUs, the spare CPUs go to threads.
  ///
  /// What is asked for is done, whatever the CPUs.
  ///
  /// - Parameters:
  ///   - budget: The usable CPUs.
  ///   - videos: How many videos there are.
  ///   - jobs: Workers at once, when asked for.
  ///   - threadsPerJob: Codec threads, when asked for.
  public init(budget: CPUBudget, videos: Int, jobs: Int? = nil, threadsPerJob: Int? = nil) {
    let threads = threadsPerJob.map { max(1, $0) }
    let wanted = jobs ?? max(1, budget.cpus / (threads ?? 1))
    self.jobs = max(1, min(wanted, videos))
    self.threadsPerJob = threads ?? max(1, budget.cpus / self.jobs)
  }

  /// Codec threads for a video near the end of the batch.
  ///
  /// The last videos to start are soon alone, and CPUs would be idle: when `remaining` videos are
  /// left, each may have its share of all CPUs. Threads that were asked for are not changed.
  ///
  /// - Parameters:
  ///   - remaining: Videos that have not been started, this one with them.
  ///   - budget: The usable CPUs.
  ///   - isFixed: Whether the number of threads was asked for.
  /// - Returns: Threads.
  func threads(remaining: Int, budget: CPUBudget, isFixed: Bool) -> Int {
    isFixed ? threadsPerJob : max(threadsPerJob, budget.cpus / max(1, remaining))
  }
}
