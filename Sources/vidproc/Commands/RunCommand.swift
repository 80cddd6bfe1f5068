import ArgumentParser
import FramePool
import Glibc
import SystemPackage

/// `vidproc run`: the main job.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Decode, filter, measure and write videos, several at once.",
    discussion: """
      Exit codes: 0 all done; 1 some videos failed or are damaged, the rest is done; 64 what was \
      typed cannot be done; 130 interrupted. The first Ctrl-C lets running videos finish, the \
      second ends them.
      """)

  @OptionGroup(title: "Inputs") var inputs: InputOptions
  @OptionGroup(title: "What is done to each video") var work: WorkOptions
  @OptionGroup(title: "Which frames") var sampling: SamplingOptions
  @OptionGroup(title: "What is written") var encoding: EncodingOptions
  @OptionGroup(title: "How") var schedule: ScheduleOptions
  @OptionGroup(title: "What is told") var output: OutputOptions

  mutating func validate() throws {
    try inputs.validate()
    try encoding.validate()
    try output.validate()
    if let format = encoding.sinks.pipe, output.progress == .json {
      throw ValidationError(
        "--\(format.rawValue) and --progress json would both write to standard output.")
    }
  }

  mutating func run() async throws {
    let list = try inputs.list(leavingOut: encoding.output.map(RawArguments.path))
    let console = Console(output)
    for notice in list.notices { console.notice(notice) }
    guard !list.inputs.isEmpty else {
      throw ValidationError("No videos to process: name files or directories, or use --files-from.")
    }
    if encoding.dryRun { return try await plan(list, console) }
    try checkSinks(list)
    let files = try output.reportFiles()
    let records = try output.recordsFile()
    let trace = try output.traceFile()
    let destinations = try destinations(list, files, records, trace)
    var batch = try batchOptions()
    if files.contains(where: { $0.format == .html }) { batch.thumbnails = 160 }
    let options = batch
    let control = BatchControl()
    let progress = console.progress(names: list.inputs.map { $0.path.string })
    let handler = Interrupts.Handler(
      end: { signal in
        guard !control.isTerminated else { return false }
        if !control.isInterrupted, signal == SIGINT {
          progress.note("interrupted: running videos finish; press Ctrl-C again to stop now")
          control.drain()
        } else {
          control.terminate()
        }
        return true
      }, isEnding: { control.isTerminated }, suspend: { control.pause() },
      resume: { control.resume() })
    let pipe = try encoding.sinks.pipe.map { _ throws(FramePoolError) in try FramePipe(control) }
    let run: @Sendable () async throws -> Report = {
      try await progress.during {
        try await Batch(inputs: list.inputs, options: options, destinations: destinations).run(
          control: control, records: records, pipe: pipe?.path
        ) {
          progress.take($0)
        }
      }
    }
    let report = try await Interrupts.shared.handle(handler) {
      if let pipe { try await pipe.during(run) } else { try await run() }
    }
    progress.finish(report)
    console.summarise(report, isOutputTaken: encoding.sinks.pipe != nil)
    try end(report, files, records, trace, console)
  }

  /// Sees that of all that will be written nothing goes where something else goes, or an input lies.
  private func destinations(
    _ list: InputList, _ files: [ReportFile], _ records: RecordsFile?, _ trace: TraceFile?
  ) throws -> Destinations {
    let all =
      files.map { ($0.path, "--report") } + (records.map { [($0.path, "--records")] } ?? [])
      + (trace.map { [($0.path, "--trace")] } ?? [])
    return try validated { () throws(FramePoolError) in
      var destinations = Destinations()
      for (path, flag) in all { try destinations.add(path, flag) }
      try destinations.check(against: list.inputs)
      let isOutputTaken =
        encoding.sinks.pipe != nil || output.progress == .json || !output.quiet || output.explain
      if isOutputTaken, let flag = destinations.flag(ofDescriptor: STDOUT_FILENO) {
        throw FramePoolError(
          .refused, "\(flag) leads to standard output, where something else goes; try --quiet")
      }
      return destinations
    }
  }

  /// Sees that what is asked for can be told apart.
  private func checkSinks(_ list: InputList) throws {
    let count = list.inputs.count { $0.obstacle == nil }
    guard count > 1 else { return }
    if let format = encoding.sinks.pipe {
      throw ValidationError("--\(format.rawValue) takes one video; these are \(count).")
    }
    if let pattern = try encoding.sinks.frameHash(), !pattern.tellsInputsApart {
      throw ValidationError(
        "--framehash '\(pattern.text)' is one file, and these are \(count) videos; put {name} into it."
      )
    }
  }

  /// Tells what would be done.
  private func plan(_ list: InputList, _ console: Console) async throws {
    try checkSinks(list)
    let options = try batchOptions()
    let planned = try await Batch(inputs: list.inputs, options: options).planOutputs()
    StandardOutput.write(encoding.json ? try PlanText.json(planned) : PlanText.table(planned))
    let isClean = planned.allSatisfy {
      if case .failed? = $0.obstacle { false } else { true }
    }
    if !isClean { throw ArgumentParser.ExitCode(ExitCode.incomplete) }
  }

  private func batchOptions() throws -> BatchOptions {
    var options = BatchOptions()
    work.fill(&options)
    options.sampling = sampling.sampling
    try encoding.fill(&options)
    schedule.fill(&options)
    options.verbose = output.verbose
    return options
  }

  /// Writes the reports and ends with the code that the batch deserves.
  private func end(
    _ report: Report, _ files: [ReportFile], _ records: RecordsFile?, _ trace: TraceFile?,
    _ console: Console
  ) throws {
    var isWritten = true
    func write(_ body: () throws(FramePoolError) -> Void) {
      do throws(FramePoolError) {
        try body()
      } catch {
        console.error(error.description)
        isWritten = false
      }
    }
    for file in files { write { () throws(FramePoolError) in try file.write(report) } }
    write { () throws(FramePoolError) in try records?.write(report) }
    write { () throws(FramePoolError) in try trace?.write(report) }
    if let signal = Interrupts.shared.received { ExitCode.exitInterrupted(by: signal) }
    let totals = report.totals
    let isDone =
      totals.failed + totals.cancelled + (schedule.allowDamaged ? 0 : totals.damaged) == 0
    guard isDone, isWritten else { throw ArgumentParser.ExitCode(ExitCode.incomplete) }
  }
}
