import Synchronization
public import SystemPackage

/// Many videos, one worker each, several at a time.
public struct Batch: Sendable {
  private let inputs: [BatchInput]
  private let options: BatchOptions
  private let budget: CPUBudget
  private let plan: WorkPlan
  private let destinations: Destinations
  private let host: @Sendable (_ slots: Int, _ warmUp: [String]) -> PoolHost

  /// Plans a batch; nothing is started yet.
  ///
  /// - Parameters:
  ///   - inputs: The videos.
  ///   - options: What to do to each.
  ///   - budget: The usable CPUs; measured unless given.
  ///   - memory: The usable memory; nil for enough.
  ///   - destinations: What else is written, which no output may be.
  ///   - host: Where workers run; this machine unless given.
  public init(
    inputs: [BatchInput], options: BatchOptions, budget: CPUBudget? = nil,
    memory: MemoryBudget? = .measure(), destinations: Destinations = Destinations(),
    host: (@Sendable (_ slots: Int, _ warmUp: [String]) -> PoolHost)? = nil
  ) {
    let budget = budget ?? .measure(cpus: options.cpus, affinity: options.affinity)
    self.inputs = inputs
    self.destinations = destinations
    self.options = options
    self.budget = budget
    self.host =
      host ?? { slots, warmUp in
        .local(
          slots: slots, warmUp: warmUp, cpus: budget.cpus, affinity: options.affinity,
          nice: options.nice)
      }
    plan = WorkPlan(
      budget: budget, memory: memory, videos: inputs.count { $0.obstacle == nil },
      encodes: options.output != nil, jobs: options.jobs, threadsPerJob: options.threadsPerJob)
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
    guard inputs.contains(where: { $0.obstacle == nil }) else {
      report.finish()
      return report
    }
    let started = report
    report = try await ProcessPool.run(hosts: [makeHost()]) { pool in
      var report = started
      let outputs = Outputs(options.output, pipe: pipe)
      // Making, syncing and naming files waits for the disk.
      let disk = SerialThread()
      control.attach(pool)
      guard let information = try await hostInformation(pool) else {
        // Ended before it began: every record says so already.
        return report
      }
      report.tool.libraries = information
      report.machine.workerStart = report.tool.libraries.removeValue(forKey: "mode")
      try await checkFilters(pool)
      let planned = try await plan(outputs, pool, control, disk, &report, observer)
      let schedule = schedule(planned)
      observer(.planned(videos: planned.indices.count, plan, budget))
      let last = LastProgress()
      let jobs = AnyIterator { () -> VideoJob? in
        guard let turn = schedule.next() else { return nil }
        var job = job(for: turn.index, threads: turn.threads, records: records != nil)
        outputs.begin(turn.index, &job)
        return job
      }
      let results = pool.map(VideoTask.self, over: AnySequence { jobs }, timeout: options.timeout) {
        event in
        switch event {
        case .started(let position, _, let pid, let attempt):
          let index = schedule.index(at: position)
          records?.begin(index)
          observer(
            .started(index: index, path: inputs[index].path, pid: pid, attempt: attempt))
        case .progress(let position, let progress):
          let index = schedule.index(at: position)
          last.note(index, progress)
          schedule.note(index, done: progress.fraction ?? 0)
          observer(.progress(index: index, progress))
        case .part(let position, let text):
          records?.add(text, to: schedule.index(at: position))
        }
      }
      for await result in results {
        let index = schedule.index(at: result.index)
        var record = FileRecord(
          inputs[index].path, result, batchStart: report.startTime,
          lastProgress: last.forget(index), verbose: options.verbose)
        schedule.finished(index, seconds: record.workSeconds)
        if case .success(let video) = result.outcome, !video.thumbnails.isEmpty {
          report.thumbnails[index] = video.thumbnails
        }
        if options.output != nil {
          record = await disk.run { [record] in
            var record = record
            outputs.end(index, source: inputs[index].path, &record)
            return record
          }
        }
        if record.error?.kind == .diskFull { pool.drain() }
        report.files[index] = record
        observer(.finished(index: index, record))
      }
      outputs.explain(&report)
      return report
    }
    report.finish()
    return report
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
      return try await planner(settings) { false }.plan(pool, inEachDetail: true)
    }
  }

  private func makeHost() -> PoolHost {
    // Our own filters need none of FFmpeg's. Small pictures are made by its scaler: a worker loads it
    // in 15 ms, the host in 100, which pays from some twenty videos on.
    let needsScaler = options.thumbnails != nil && inputs.count > 20
    let isPlain = FilterSyntax.areOwn(options.filters) && !needsScaler
    return host(plan.jobs, isPlain ? [] : [VideoTask.filters])
  }

  private func planner(
    _ settings: OutputSettings, _ isCancelled: @escaping @Sendable () -> Bool
  ) -> OutputPlanner {
    OutputPlanner(
      inputs: inputs, settings: settings, filters: options.filters, destinations: destinations,
      isCancelled: isCancelled
    ) { index in
      var job = job(for: index, threads: 1, records: false)
      job.output = OutputJob(part: InputPath(FilePath()), encoding: settings.encoding)
      return job
    }
  }

  /// Plans the outputs, where there are to be any, and gives records to the inputs that get none.
  ///
  /// - Returns: The inputs that are worked on, and what each will cost where all are known.
  private func plan(
    _ outputs: Outputs, _ pool: ProcessPool, _ control: BatchControl, _ disk: SerialThread,
    _ report: inout Report,
    _ observer: @Sendable (BatchEvent) -> Void
  ) async throws -> (indices: Set<Int>, costs: [Int: Double]?) {
    let all = Set(inputs.indices.filter { inputs[$0].obstacle == nil })
    guard let settings = options.output else { return (all, nil) }
    let planned = try await planner(settings) { control.isTerminated }
      .plan(pool, inEachDetail: false)
    guard !control.isTerminated else { return ([], nil) }
    let obstacles = await disk.run { outputs.prepare(planned) }
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

  private func schedule(_ planned: (indices: Set<Int>, costs: [Int: Double]?)) -> Schedule {
    Schedule(
      planned.indices.map { index in
        Schedule.Video(
          index: index, path: inputs[index].path, size: inputs[index].size,
          cost: planned.costs?[index])
      },
      cpus: budget.cpus, minimumThreads: plan.threadsPerJob,
      isFixed: options.threadsPerJob != nil)
  }

  /// More pictures than these would make the page slow to load.
  private static let mostThumbnails = 2000

  private func job(for index: Int, threads: Int, records: Bool) -> VideoJob {
    VideoJob(
      input: InputPath(inputs[index].path), stream: options.stream, filters: options.filters,
      rotation: options.rotation, checksum: options.checksum, sampling: options.sampling,
      records: records, thumbnails: index < Self.mostThumbnails ? options.thumbnails : nil,
      threads: threads,
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
