import ArgumentParser
import FramePool

/// How the work is divided, and what it may cost.
struct ScheduleOptions: ParsableArguments {
  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("Videos at once, or auto for what the CPUs allow.", valueName: "n"))
  var jobs = Count.auto

  @Option(
    help: ArgumentHelp("Codec threads per video, or auto for what the CPUs leave.", valueName: "n"))
  var threadsPerJob = Count.auto

  @Option(
    help: ArgumentHelp("Keep so many CPUs busy, or auto for those that are usable.", valueName: "n")
  )
  var cpus = Count.auto

  @Option(
    help: ArgumentHelp("Use these CPUs alone, such as 0-3,6.", valueName: "list"))
  var affinity: CPUList?

  @Option(
    help: ArgumentHelp("Give way to other programs, as nice(1) does: -20 to 19.", valueName: "n"))
  var nice: Int32?

  @OptionGroup var limits: LimitOptions

  @Flag(help: "Count damaged videos as done.")
  var allowDamaged = false

  mutating func validate() throws {
    for (count, flag) in [
      (jobs, "--jobs"), (threadsPerJob, "--threads-per-job"), (cpus, "--cpus"),
    ] where count == .invalid {
      throw ValidationError("\(flag) must be 1 to 4096, or auto.")
    }
    try affinity?.validate()
    if let nice, !(-20...19).contains(nice) { throw ValidationError("--nice must be -20 to 19.") }
  }

  func fill(_ options: inout BatchOptions) {
    options.cpus = cpus.value
    options.affinity = affinity?.numbers ?? []
    options.nice = nice
    options.jobs = jobs.value
    options.threadsPerJob = threadsPerJob.value
    options.timeout = limits.timeout
    options.maxPixels = limits.maxPixels
    options.allowPlaylists = limits.allowPlaylists
  }
}

/// A number of at least 1, or `auto`.
enum Count: ExpressibleByArgument, Equatable {
  case auto
  case fixed(Int)
  /// Neither; whoever owns the option says so, by its name.
  case invalid

  init(argument: String) {
    if argument == "auto" {
      self = .auto
    } else if let number = Int(argument), (1...4096).contains(number) {
      self = .fixed(number)
    } else {
      self = .invalid
    }
  }

  var defaultValueDescription: String {
    switch self {
    case .auto: "auto"
    case .fixed(let number): "\(number)"
    case .invalid: ""
    }
  }

  /// The number; nil for `auto`.
  var value: Int? {
    if case .fixed(let number) = self { number } else { nil }
  }
}
