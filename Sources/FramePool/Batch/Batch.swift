import Synchronization
public import SystemPackage

/// Many videos, one worker each, several at a time.
public struct Batch: Sendable {
  private let inputs: [BatchInput]
  private let options: BatchOptions
  private let budget: CPUBudget
  private let plan: WorkPlan
  private let host: @Sendable (_ slots: Int, _ warmUp: [String]) -> PoolHost

  /// Plans a batch; nothing is started yet.
  ///
  /// - Parameters:
  ///   - inputs: The videos.
  ///   - options: What to do to each.
  ///   - budget: The usable CPUs.
  ///   - host: Where workers run; this machine unless given.
  public init(
    inputs: [BatchInput], options: BatchOptions, budget: CPUBudget = .measure(),
    host: @escaping @Sendable (_ slots: Int, _ warmUp: [String]) -> PoolHost = {
      .local(slots: $0, warmUp: $1)
    }
  ) {
    self.inputs = inputs
    self.options = options
    self.budget = budget
    self.host = host
    plan = WorkPlan(
      budget: budget, videos: inputs.count { $0.obstacle == nil }, jobs: options.jobs,
      threadsPerJob: options.threadsPerJob)
  }

  /// Does the work.
  ///
  /// - Parameters:
  ///   - control: For ending it early.
  ///   - records: Takes the measurements of each frame; nil for none.
  ///   - pipe: A named pipe for ``OutputSettings/pipe``.
  ///   - observer: Told what happens, on any thread.
  /// - Returns: The report, with a record for every input.
  /// - Throws: ``FramePoolError``: `refused` for filters that cannot be used, before any video's
  ///   worker starts; `hostLost` when no host can be started.
  public func run(
    control: BatchControl = BatchControl(), records: RecordsFile? = nil, pipe: FilePath? = nil,
    observer: @escaping @Sendable (BatchEvent) -> Void = { _ in }
  ) async throws -> Report {
    var report = Report(options: options, plan: plan, budget: budget, inputs: inputs)
    for (index, record) in report.files.enumerated() where inputs[index].obstacle != nil {
      observer(.finished(index: index, record))
    }
    // What our own filters would refuse needs no worker to tell.
    try FilterCheck.checkOwn(options.filters)
    let bySize = schedule()
    guard !bySize.isEmpty else {
      report.finish()
      return report
    }
    let started = report
    return try await ProcessPool.run(hosts: [makeHost()]) { pool in
      var report = started
      let outputs = Outputs(options.output, pipe: pipe)
      control.attach(pool)
      guard let information = try await hostInformation(pool) else {
        // Ended before it began: every record says so already.
        report.finish()
        return report
      }
      report.tool.libraries = information
      report.machine.workerStart = report.tool.libraries.removeValue(forKey: "mode")
      try await checkFilters(pool)
      let planned = try await plan(outputs, pool, &report, observer)
      let left = bySize.filter(planned.indices.contains)
      let work =
        if let costs = planned.costs {
          left.sorted { costs[$0, default: 0] > costs[$1, default: 0] }
        } else {
          await reschedule(left, pool)
        }
      observer(.planned(videos: work.count, plan, budget))
      let last = LastProgress()
      let results = pool.map(
        VideoTask.self,
        over: work.indices.lazy.map { position in
          var job = job(
            for: work[position], remaining: work.count - position, records: records != nil)
          outputs.begin(work[position], &job)
          return job
        }, timeout: options.timeout
      ) { event in
        switch event {
        case .started(let index, _, let pid, let attempt):
          let index = work[index]
          records?.begin(index)
          observer(
            .started(index: index, path: inputs[index].path, pid: pid, attempt: attempt))
        case .progress(let index, let progress):
          last.note(work[index], progress)
          observer(.progress(index: work[index], progress))
        case .part(let index, let text):
          records?.add(text, to: work[index])
        }
      }
      for await result in results {
        let index = work[result.index]
        var record = FileRecord(
          inputs[index].path, result, lastProgress: last.forget(index), verbose: options.verbose)
        outputs.end(index, source: inputs[index].path, &record)
        if record.error?.kind == .diskFull { pool.drain() }
        report.files[index] = record
        observer(.finished(index: index, record))
      }
      outputs.explain(&report)
      report.finish()
      return report
    }
  }

  /// Plans the outputs of a batch and does nothing else.
  ///
  /// - Returns: A plan for each input.
  /// - Throws: As ``run(control:records:pipe:observer:)``.
  public func planOutputs() async throws -> [PlannedOutput] {
    guard let settings = options.output else { return [] }
    try FilterCheck.checkOwn(options.filters)
    return try await ProcessPool.run(hosts: [makeHost()]) { pool in
      _ = try await hostInformation(pool)
      try await checkFilters(pool)
      return try await planner(settings).plan(pool, inEachDetail: true)
    }
  }

  private func makeHost() -> PoolHost {
    // Our own filters need none of FFmpeg's.
    host(plan.jobs, FilterSyntax.areOwn(options.filters) ? [] : [VideoTask.filters])
  }

  private func planner(_ settings: OutputSettings) -> OutputPlanner {
    OutputPlanner(inputs: inputs, settings: settings, filters: options.filters) { index in
      var job = job(for: index, remaining: inputs.count, records: false)
      job.output = OutputJob(part: InputPath(FilePath()), encoding: settings.encoding)
      return job
    }
  }

  /// Plans the outputs, where there are to be any, and gives records to the inputs that get none.
  ///
  /// - Returns: The inputs that are worked on, and what each will cost where all are known.
  private func plan(
    _ outputs: Outputs, _ pool: ProcessPool, _ report: inout Report,
    _ observer: @Sendable (BatchEvent) -> Void
  ) async throws -> (indices: Set<Int>, costs: [Int: Double]?) {
    let all = Set(inputs.indices)
    guard let settings = options.output else { return (all, nil) }
    let planned = try await planner(settings).plan(pool, inEachDetail: false)
    let obstacles = outputs.prepare(planned)
    for (index, obstacle) in obstacles.sorted(by: { $0.key < $1.key })
    where inputs[index].obstacle == nil {
      var input = inputs[index]
      input.obstacle = obstacle
      let record = FileRecord(input)
      report.files[index] = record
      observer(.finished(index: index, record))
    }
    let left = all.subtracting(obstacles.keys)
    if let notice = outputs.lookAtRoom(planned, sizes: inputs.map(\.size)) {
      observer(.notice(notice))
    }
    var costs: [Int: Double] = [:]
    for index in left { costs[index] = planned[index].plan.flatMap(ExpectedCost.seconds) }
    return (left, costs.count == left.count ? costs : nil)
  }

  /// The indices of the videos to work on, the largest first: what takes longest must not start
  /// last.
  private func schedule() -> [Int] {
    inputs.indices.filter { inputs[$0].obstacle == nil }
      .sorted { (inputs[$1].size, $0) < (inputs[$0].size, $1) }
  }

  /// Puts the videos in the order of what they will probably cost, where a look into each pays.
  ///
  /// A size says little about that: of two clips of a megabyte, one can take ten times as long.
  private func reschedule(_ work: [Int], _ pool: ProcessPool) async -> [Int] {
    guard ExpectedCost.isWorthAProbe(work.map { inputs[$0].size }, slots: plan.jobs) else {
      return work
    }
    var costs: [Int: Double] = [:]
    // What cannot be opened in a moment keeps its place; its own worker will say what is wrong.
    let probes = pool.map(
      ProbeTask.self, over: work.lazy.map { job(for: $0, remaining: work.count, records: false) },
      timeout: 0.5)
    for await result in probes {
      guard case .success(let probe) = result.outcome else { continue }
      let index = work[result.index]
      costs[index] = ExpectedCost.seconds(probe, size: inputs[index].size)
    }
    guard costs.count == work.count else { return work }
    return work.sorted { ((costs[$1] ?? 0), $0) < ((costs[$0] ?? 0), $1) }
  }

  private func job(for index: Int, remaining: Int, records: Bool) -> VideoJob {
    let threads = plan.threads(
      remaining: remaining, budget: budget, isFixed: options.threadsPerJob != nil)
    return VideoJob(
      input: InputPath(inputs[index].path), stream: options.stream, filters: options.filters,
      rotation: options.rotation, checksum: options.checksum, sampling: options.sampling,
      records: records, threads: threads,
      maxPixels: options.maxPixels, allowPlaylists: options.allowPlaylists,
      verbose: options.verbose)
  }

  /// What the host tells about itself; nil when the batch was ended before it could.
  private func hostInformation(_ pool: ProcessPool) async throws -> [String: String]? {
    do throws(TaskFailure) {
      return try await pool.hostInformation()
    } catch .cancelled {
      return nil
    } catch {
      throw FramePoolError(error.code, "no worker can be started: \(error)")
    }
  }

  private func checkFilters(_ pool: ProcessPool) async throws {
    // Our own filters are checked already.
    guard !FilterSyntax.areOwn(options.filters) else { return }
    let result = try await pool.submit(FilterCheckTask.self, options.filters, timeout: 60)
    do throws(TaskFailure) {
      _ = try result.get()
    } catch .cancelled {
      return
    } catch .crashed(let signal) {
      // FFmpeg 5.1 does, on `scale=flags=nonsense`.
      let lastLine = result.log.split(separator: "\n").last.map { "; it said: \($0)" } ?? ""
      throw FramePoolError(
        .refused,
        "filter chain '\(options.filters.joined(separator: ","))' is refused: FFmpeg crashes on it "
          + "(\(Signals.name(signal)))\(lastLine)")
    } catch {
      throw FramePoolError(error.code, "\(error)")
    }
  }
}

/// The last report of each running video, for the record of one whose worker died.
private final class LastProgress: Sendable {
  private let reports = Mutex<[Int: VideoProgress]>([:])

  func note(_ index: Int, _ progress: VideoProgress) {
    reports.withLock { $0[index] = progress }
  }

  func forget(_ index: Int) -> VideoProgress? {
    reports.withLock { $0.removeValue(forKey: index) }
  }
}
