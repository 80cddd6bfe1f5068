import ArgumentParser
import FramePool

/// How the work is divided, and what it may cost.
struct ScheduleOptions: ParsableArguments {
  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("Videos at once, or auto for what the CPUs allow.", valueName: "n"))
  var jobs: Count = .auto

  @Option(
    help: ArgumentHelp("Codec threads per video, or auto for what the CPUs leave.", valueName: "n"))
  var threadsPerJob: Count = .auto

  @OptionGroup var limits: LimitOptions

  @Flag(help: "Count damaged videos as done.")
  var allowDamaged = false

  func fill(_ options: inout BatchOptions) {
    options.jobs = jobs.value
    options.threadsPerJob = threadsPerJob.value
    options.timeout = limits.timeout
    options.maxPixels = limits.maxPixels
    options.allowPlaylists = limits.allowPlaylists
  }
}

/// A number of at least 1, or `auto`.
enum Count: ExpressibleByArgument {
  case auto
  case fixed(Int)

  init?(argument: String) {
    if argument == "auto" {
      self = .auto
    } else if let number = Int(argument), (1...4096).contains(number) {
      self = .fixed(number)
    } else {
      return nil
    }
  }

  var defaultValueDescription: String {
    switch self {
    case .auto: "auto"
    case .fixed(let number): "\(number)"
    }
  }

  /// The number; nil for `auto`.
  var value: Int? {
    if case .fixed(let number) = self { number } else { nil }
  }
}
