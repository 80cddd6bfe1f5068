/// How many workers run at once and how many threads each has.
public struct WorkPlan: Codable, Hashable, Sendable {
  /// Workers at once.
  public var jobs: Int
  /// Threads in each, for the codecs, for filters and for the stages of the pipeline.
  ///
  /// Videos that are a large part of the work that is left get more, unless it was asked for.
  public var threadsPerJob: Int
  /// Why, in a line.
  public var reason: String

  /// What a worker is taken to need at most, in bytes, when its video is not known yet: 4K video
  /// with a decoder of one thread takes some 200 MB, an encoder as much again.
  private static let workerMemory = (plain: 256 << 20, encoding: 512 << 20)

  /// Divides the CPUs: one worker per CPU with one thread each.
  ///
  /// Where there are fewer videos than CPUs, the spare CPUs go to threads. Memory may allow fewer
  /// workers. What is asked for is done, whatever the CPUs and the memory.
  ///
  /// - Parameters:
  ///   - budget: The usable CPUs.
  ///   - memory: The usable memory; nil for enough.
  ///   - videos: How many videos there are.
  ///   - encodes: Whether videos are written.
  ///   - jobs: Workers at once, when asked for.
  ///   - threadsPerJob: Threads, when asked for.
  public init(
    budget: CPUBudget, memory: MemoryBudget? = nil, videos: Int, encodes: Bool = false,
    jobs: Int? = nil, threadsPerJob: Int? = nil
  ) {
    let threads = threadsPerJob.map { max(1, $0) }
    let cpuJobs = max(1, budget.cpus / (threads ?? 1))
    let each = encodes ? Self.workerMemory.encoding : Self.workerMemory.plain
    let memoryJobs = memory.map { max(1, $0.bytes / each) } ?? Int.max
    let wanted = jobs ?? min(cpuJobs, memoryJobs)
    self.jobs = max(1, min(wanted, videos))
    self.threadsPerJob = threads ?? max(1, budget.cpus / self.jobs)
    var reasons = [
      "\(Quantity.text(budget.cpus, "CPU")) (\(budget.source))", Quantity.text(videos, "video"),
    ]
    if jobs != nil { reasons.append("--jobs") }
    if threads != nil { reasons.append("--threads-per-job") }
    if jobs == nil, let memory, memoryJobs < min(cpuJobs, videos) {
      reasons.append(
        "\(memory.bytes >> 20) MiB of memory (\(memory.source)) at \(each >> 20) MiB for each")
    }
    reason =
      reasons.joined(separator: ", ") + ": \(self.jobs) at once, "
      + Quantity.text(self.threadsPerJob, "thread") + " each"
  }
}
