import ArgumentParser
import FramePool
import SystemPackage

/// `vidproc preview`: what a filter chain does, as a picture.
struct PreviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Show what a filter chain does: a picture of frames before and after.",
    discussion: """
      The upper row has frames of the video as they are, the lower row the same frames behind the \
      chain.
      """)

  @Argument(help: "The video.", completion: .file())
  var input: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The filter chain, as run takes it.", valueName: "chain"))
  var filter: [String] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where the picture goes, a .png.", valueName: "file"),
    completion: .file())
  var output: String

  @Option(help: ArgumentHelp("How many frames, evenly over the video.", valueName: "n"))
  var columns = 3

  @Option(help: ArgumentHelp("The width of each, in pixels.", valueName: "pixels"))
  var width = 320

  @OptionGroup(title: "Which frames") var sampling: SamplingOptions
  @OptionGroup(title: "Limits") var limits: LimitOptions

  mutating func validate() throws {
    if filter.isEmpty { throw ValidationError("Name at least one --filter.") }
    if !(1...32).contains(columns) { throw ValidationError("--columns must be 1 to 32.") }
    if !(16...4096).contains(width) { throw ValidationError("--width must be 16 to 4096.") }
  }

  mutating func run() async throws {
    let file = try validated { () throws(FramePoolError) in
      try PictureFile(RawArguments.path(output))
    }
    let job = VideoJob(
      input: InputPath(RawArguments.path(input)), filters: filter, sampling: sampling.sampling,
      threads: CPUBudget.measure().cpus, maxPixels: limits.maxPixels,
      allowPlaylists: limits.allowPlaylists)
    let task = PreviewTask.Input(job, columns: columns, width: width)
    let (filters, timeout) = (filter, limits.timeout)
    do {
      try await ProcessPool.run(hosts: [.local(slots: 1, warmUp: [VideoTask.filters])]) { pool in
        _ = try await pool.submit(FilterCheckTask.self, filters, timeout: 60).get()
        try file.write(try await pool.submit(PreviewTask.self, task, timeout: timeout).get())
      }
    } catch let failure as TaskFailure {
      StandardError.write("vidproc: error: \(failure)\n")
      throw ArgumentParser.ExitCode(
        failure.code == .refused ? ExitCode.usage : ExitCode.incomplete)
    } catch let error as FramePoolError {
      StandardError.write("vidproc: error: \(error)\n")
      throw ArgumentParser.ExitCode(ExitCode.incomplete)
    }
  }
}
