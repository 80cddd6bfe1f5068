import ArgumentParser
import FramePool

/// `vidproc bench`: ways to do the same work, side by side.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Compare ways to do the same work: one process, pools of workers, other programs.",
    discussion: """
      Every way does all videos once as a warm-up, which also shows that all do the same work: our \
      own by checksums of all frames, others by frame counts, or by checksums where their filters \
      are the same. Then all are measured in rotation.

        vidproc bench clips --filter edges --against ffmpeg,opencv
      """)

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A filter chain, as run takes it; repeat to add more.", valueName: "chain"))
  var filter: [String] = []

  @Option(
    help: ArgumentHelp(
      "Other programs to compare with: ffmpeg, opencv, pyav, with commas.", valueName: "list"))
  var against: PeerList = PeerList(peers: [])

  @Option(help: ArgumentHelp("How often each way is measured.", valueName: "n"))
  var rounds = 5

  @Option(
    help: ArgumentHelp("Keep so many CPUs busy, or auto for those that are usable.", valueName: "n")
  )
  var cpus = Count.auto

  @Flag(help: "Drop the files from memory before each run.")
  var cold = false

  @Option(
    help: ArgumentHelp("The Python with OpenCV or PyAV.", valueName: "program"))
  var python = "python3"

  @Flag(help: "Print JSON instead of a table.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Write the comparison, .json or .html by its name; repeat for more.", valueName: "file"),
    completion: .file())
  var report: [String] = []

  @Flag(name: .shortAndLong, help: "Do not tell how far it has come.")
  var quiet = false

  mutating func validate() throws {
    try inputs.validate()
    if cpus == .invalid { throw ValidationError("--cpus must be 1 to 4096, or auto.") }
    if !(1...1000).contains(rounds) { throw ValidationError("--rounds must be 1 to 1000.") }
  }

  mutating func run() async throws {
    let list = try inputs.list()
    let videos = list.inputs.filter { $0.obstacle == nil }
    guard !videos.isEmpty else {
      throw ValidationError("No videos to compare with: name files or directories.")
    }
    let files = try report.map { name in
      try validated { () throws(FramePoolError) in
        let file = try ReportFile(RawArguments.path(name))
        guard file.format != .csv else {
          throw FramePoolError(.refused, "a comparison is written as .json or .html, not .csv")
        }
        return file
      }
    }
    let budget = CPUBudget.measure(cpus: cpus.value, affinity: [])
    let directory = try validated { () throws(FramePoolError) in try ScratchDirectory() }
    defer { directory.remove() }
    let plan = BenchPlan(
      inputs: videos, filters: filter, cpus: budget.cpus, python: python,
      directory: directory.path)
    var result = BenchReport(
      filter: filter.joined(separator: ","),
      inputs: videos.map { .init(path: InputPath($0.path), bytes: $0.size) }, rounds: rounds,
      coldCache: cold, budget: budget, modes: [])
    let chains = filter
    let chain = try validated { () throws(FramePoolError) in try BenchPeers.translate(chains) }
    var modes = plan.own()
    for peer in against.peers {
      switch await plan.ways(of: peer, chain) {
      case .success(let ways): modes += ways
      case .failure(let failure): result.notes.append(failure.description)
      }
    }
    let isQuiet = quiet
    var bench = Bench(modes, result, paths: videos.map(\.path), isExact: chain.isExact) { line in
      if !isQuiet { StandardError.write("vidproc: \(line)\n") }
    }
    do {
      result = try await bench.run()
    } catch let failure as BenchCall.Failure {
      StandardError.write("vidproc: error: \(Format.printable(failure.description))\n")
      throw ArgumentParser.ExitCode(ExitCode.incomplete)
    }
    StandardOutput.write(json ? try result.json() + "\n" : BenchTable.text(result))
    do throws(FramePoolError) {
      for file in files { try file.write(result) }
    } catch {
      StandardError.write("vidproc: error: \(error)\n")
      throw ArgumentParser.ExitCode(ExitCode.incomplete)
    }
    if result.modes.contains(where: { $0.same == false && $0.group == .vidproc }) {
      throw ArgumentParser.ExitCode(ExitCode.incomplete)
    }
  }
}
