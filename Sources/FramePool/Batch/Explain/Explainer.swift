import SystemPackage

/// Computes from a batch's records why it was not faster.
struct Explainer {
  private let report: Report
  private let waits: MachineWaits
  /// Of each video that had a worker what the sentences need: a record is large, and there may be
  /// many thousands.
  private let worked: [Work]
  /// CPU seconds of each of them.
  private let costs: [Double]
  private let cpus: Int
  /// Seconds for which workers did not run, added up.
  private let waiting: Double
  /// When the first worker began.
  private let firstStart: Double
  private let bound: Explanation.Bound

  private struct Work {
    /// Of its record.
    let index: Int
    let start: Double
    let wall: Double
    let cpu: Double
    let ready: Double
    let readBytes: Int
    let threads: Int

    var end: Double { start + wall }

    /// Nil for a video without a worker.
    init?(_ index: Int, _ file: FileRecord) {
      guard let start = file.seconds.start else { return nil }
      self.index = index
      self.start = start
      (wall, ready) = (file.seconds.wall, file.seconds.ready)
      cpu = file.cpuSeconds.total
      readBytes = file.readBytes
      threads = file.threads ?? 1
    }
  }

  /// - Parameters:
  ///   - report: Of a batch that is over.
  ///   - waits: What the kernel counted while it ran.
  init(_ report: Report, _ waits: MachineWaits) {
    self.report = report
    self.waits = waits
    worked = report.files.indices.compactMap { Work($0, report.files[$0]) }
    costs = worked.map(\.cpu)
    cpus = max(1, report.machine.cpus)
    waiting = worked.reduce(0) { $0 + max(0, $1.wall - $1.cpu) }
    firstStart = worked.map(\.start).min() ?? 0
    bound = Explanation.Bound(costs, cpus: cpus) { [worked] in
      report.files[worked[$0].index].input
    }
  }

  /// The explanation; nil for a batch in which nothing was done.
  func explain() -> Explanation? {
    guard !worked.isEmpty, report.wallSeconds > 0, bound.seconds > 0 else { return nil }
    let shares = shares()
    return Explanation(shares: shares, bound: bound, sentences: sentences(shares))
  }

  /// CPU seconds of the parent and the hosts.
  private var poolSeconds: Double { max(0, waits.own - bound.workSeconds) }

  /// What all CPUs could have done, in seconds.
  private var capacity: Double { report.wallSeconds * Double(cpus) }

  // MARK: - Shares

  private func shares() -> Explanation.Shares {
    var shares = Explanation.Shares()
    for work in worked { add(report.files[work.index], to: &shares) }
    // Whatever the clocks say, the shares are parts of a whole.
    var left = max(0, capacity - bound.workSeconds)
    func take(_ seconds: Double) -> Double {
      let taken = min(max(0, seconds), left)
      left -= taken
      return taken
    }
    shares.startUp = take(firstStart * Double(cpus))
    // What they took before that is in the share above. Outputs are planned by workers, on all CPUs.
    let plansOutputs = report.options.output != nil
    shares.pool = take(poolSeconds - firstStart * (plansOutputs ? Double(cpus) : 1))
    shares.waiting = take(waiting)
    shares.idle = left
    let whole = max(capacity, bound.workSeconds)
    for (_, part) in Explanation.Shares.parts { shares[keyPath: part] /= whole }
    return shares
  }

  /// Adds a video's CPU time, divided as its stages' times are.
  private func add(_ file: FileRecord, to shares: inout Explanation.Shares) {
    let (stages, cpu) = (file.seconds.stages, file.cpuSeconds.total)
    let sum = stages.reduce(0) { $0 + $1.seconds }
    // Stages' times are by the clock, and stages may run at the same time.
    let whole = max(sum, file.seconds.wall, .leastNonzeroMagnitude)
    for (name, part) in Explanation.Shares.parts {
      guard let stage = stages.first(where: { $0.name == name }) else { continue }
      shares[keyPath: part] += cpu * stage.seconds / whole
    }
    shares.other += cpu * (whole - sum) / whole
  }

  // MARK: - Sentences

  private func sentences(_ shares: Explanation.Shares) -> [Explanation.Sentence] {
    let reasons = [
      quota(), longestVideo(), disk(), contention(), pool(shares), order(), jobs(), tail(),
      startUp(shares), stage(shares),
    ].compactMap(\.self)
    return [nearness()] + reasons
  }

  /// How near the bound the batch came.
  private func nearness() -> Explanation.Sentence {
    let ratio = report.wallSeconds / bound.seconds
    let why =
      switch bound.rule {
      case .work:
        "all work is \(text(bound.workSeconds)) of CPU time, on \(Quantity.text(cpus, "CPU"))"
      case .longest: "so long one CPU works on \(name(bound.longestInput))"
      }
    return .init(
      kind: .bound,
      text: "The batch took \(text(report.wallSeconds)), \(percent(ratio - 1)) more than the "
        + "\(text(bound.seconds)) that no order of these videos can beat: \(why).")
  }

  private func quota() -> Explanation.Sentence? {
    guard waits.throttled > 0.02 * report.wallSeconds else { return nil }
    return .init(
      kind: .quota,
      text: "The CPU quota of the control group stopped the workers for \(text(waits.throttled)), "
        + "added up: they were ready and not let. A larger quota makes the batch faster; more "
        + "workers do not.")
  }

  private func longestVideo() -> Explanation.Sentence? {
    guard bound.rule == .longest, worked.count > 1 || cpus > 1,
      let longest = worked.max(by: { $0.cpu < $1.cpu })
    else { return nil }
    let share = bound.longestSeconds / max(bound.workSeconds, .leastNonzeroMagnitude)
    let saved = max(0, report.wallSeconds - firstStart - bound.workSeconds / Double(cpus))
    let threads = longest.threads
    var text =
      "\(name(bound.longestInput)) alone is \(percent(share)) of all work (\(self.text(bound.longestSeconds)) of "
      + "\(self.text(bound.workSeconds)) of CPU time)"
    if worked.count > 1 { text += ", and the other CPUs had nothing left to do beside it" }
    if threads == 1 {
      text +=
        ". More threads for it, by --threads-per-job, or cutting it in pieces, could save up to "
        + "\(self.text(saved))."
    } else {
      text +=
        ". It had \(threads) threads"
        + (saved > 0.05 * report.wallSeconds
          ? "; were all of its work divided evenly, it would be \(self.text(saved)) less." : ".")
    }
    return .init(kind: .longestVideo, text: text)
  }

  private func disk() -> Explanation.Sentence? {
    let bytes = worked.map(\.readBytes).saturatingSum()
    guard waiting > 0.05 * capacity, waits.disk > 0.05 * report.wallSeconds, bytes > 1 << 20 else {
      return nil
    }
    return .init(
      kind: .disk,
      text: "For \(text(waits.disk)) something waited for the disk, from which the workers read "
        + "\(bytes >> 20) MiB; in all they stood still for \(text(waiting)). A faster disk, or more "
        + "workers by --jobs, so that some work while others wait, would help.")
  }

  private func contention() -> Explanation.Sentence? {
    let waiting = worked.reduce(0) { $0 + $1.ready }
    guard waiting > 0.05 * capacity, waits.throttled <= 0.02 * report.wallSeconds else {
      return nil
    }
    let threads = report.plan.jobs * report.plan.threadsPerJob
    let others = max(0, waits.busy - waits.own)
    let cause: String
    if threads > cpus {
      cause =
        "\(report.plan.jobs) workers with \(Quantity.text(report.plan.threadsPerJob, "thread")) are "
        + "more than \(Quantity.text(cpus, "CPU"))"
    } else if waits.stolen > max(others, 0.05 * capacity) {
      cause = "this virtual machine was not given its CPUs for \(text(waits.stolen))"
    } else if others > 0.05 * capacity {
      cause = "other programs had the CPUs for \(text(others))"
    } else {
      return nil
    }
    return .init(
      kind: .contention,
      text:
        "Workers were ready to run and waited for a CPU for \(text(waiting)), added up: \(cause).")
  }

  private func pool(_ shares: Explanation.Shares) -> Explanation.Sentence? {
    guard shares.pool > 0.05 else { return nil }
    return .init(
      kind: .pool,
      text: "Starting \(Quantity.text(worked.count, "worker")) and telling of them took "
        + "\(text(shares.pool * capacity)) of CPU time, beside \(text(bound.workSeconds)) for the "
        + "videos themselves: they are short.")
  }

  private func order() -> Explanation.Sentence? {
    guard worked.allSatisfy({ $0.threads == 1 }), worked.count > report.plan.jobs else {
      return nil
    }
    let started = worked.sorted { $0.start < $1.start }
    let slots = min(report.plan.jobs, cpus)
    let ours = Makespan.seconds(started.map(\.cpu), slots: slots)
    let best = Makespan.seconds(costs.sorted(by: >), slots: slots)
    guard ours - best > 0.03 * report.wallSeconds, ours - best > 0.02 else { return nil }
    return .init(
      kind: .order,
      text:
        "Longest first, with the costs known beforehand, would have saved \(text(ours - best)): "
        + "the sizes of these files say little about their work.")
  }

  private func jobs() -> Explanation.Sentence? {
    let plan = report.plan
    guard plan.jobs * plan.threadsPerJob < cpus, worked.count > plan.jobs else { return nil }
    let sorted = costs.sorted(by: >)
    let ours = Makespan.seconds(sorted, slots: plan.jobs)
    let best = Makespan.seconds(sorted, slots: min(cpus, worked.count))
    guard ours - best > 0.03 * report.wallSeconds else { return nil }
    return .init(
      kind: .jobs,
      text: "\(plan.jobs) at once left CPUs idle: with --jobs \(cpus) it would have taken about "
        + "\(text(report.wallSeconds - (ours - best))).")
  }

  private func tail() -> Explanation.Sentence? {
    let slots = min(report.plan.jobs, cpus)
    guard bound.rule == .work, worked.count > slots else { return nil }
    let ends = worked.map(\.end).sorted(by: >)
    guard let last = ends.first, ends.count >= slots else { return nil }
    let idle = ends.prefix(slots).reduce(0) { $0 + last - $1 }
    guard idle > 0.05 * capacity else { return nil }
    let name = worked.first { $0.end == last }.map(name) ?? "the last video"
    return .init(
      kind: .tail,
      text: "At the end CPUs had nothing left to do while \(name) went on: "
        + "\(text(idle)) of CPU time, added up.")
  }

  private func startUp(_ shares: Explanation.Shares) -> Explanation.Sentence? {
    guard shares.startUp > 0.05 else { return nil }
    return .init(
      kind: .startUp,
      text: "The first worker began after \(text(firstStart)): loading FFmpeg and planning is "
        + "\(percent(shares.startUp)) of so short a batch.")
  }

  /// What most of the work is.
  private func stage(_ shares: Explanation.Shares) -> Explanation.Sentence? {
    let work = bound.workSeconds / max(capacity, bound.workSeconds)
    guard work > 0 else { return nil }
    let (encode, filter, decode) = (
      shares.encode / work, shares.filter / work, shares.decode / work
    )
    if encode > 0.5 {
      let encoder = report.options.output?.encoding.codec.map { "\($0)" }
      let preset = report.options.output?.encoding.preset
      let which = [encoder, preset.map { "preset \($0)" }].compactMap(\.self)
        .joined(separator: ", ")
      return .init(
        kind: .encoder,
        text: "Encoding is \(percent(encode)) of all work"
          + (which.isEmpty ? "" : " (\(which))")
          + ", decoding \(percent(decode)): a faster --preset or --codec would help, nothing else "
          + "would help as much.")
    }
    if filter > 0.5 {
      return .init(
        kind: .filter,
        text: "The filters \(report.options.filters.joined(separator: ",")) are \(percent(filter)) "
          + "of all work, decoding \(percent(decode)).")
    }
    if decode > 0.5 {
      return .init(
        kind: .decoder,
        text: "Decoding is \(percent(decode)) of all work"
          + (filter > 0.01 ? ", filtering \(percent(filter))" : "")
          + ": only fewer frames or pixels would be less.")
    }
    return nil
  }

  // MARK: - Words

  private func name(_ work: Work) -> String { name(report.files[work.index].input) }

  private func name(_ path: InputPath?) -> String {
    path?.path.lastComponent?.string ?? "one video"
  }

  private func text(_ seconds: Double) -> String { Quantity.seconds(seconds) }

  private func percent(_ share: Double) -> String {
    Quantity.fixed(share * 100, share < 0.0995 ? 1 : 0) + " %"
  }
}
