import ArgumentParser
import FoundationEssentials
import FramePool

/// `vidproc series`: all videos one after the other in one process, as a program without a pool does
/// them.
///
/// For `vidproc bench`.
struct SeriesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "series",
    abstract: "Do all videos one after the other in one process; for bench.",
    shouldDisplay: false)

  @OptionGroup var inputs: InputOptions

  @Option(name: .shortAndLong)
  var filter: [String] = []

  @Option
  var threads = 1

  @Flag
  var checksum = false

  mutating func validate() throws {
    try inputs.validate()
    if !(1...4096).contains(threads) {
      throw ValidationError("--threads must be 1 to 4096.")
    }
  }

  mutating func run() async throws {
    let jobs = try inputs.list().inputs.filter { $0.obstacle == nil }.map { input in
      VideoJob(
        input: InputPath(input.path), filters: filter, checksum: checksum, threads: threads)
    }
    let outcomes = try await ProcessPool.run(
      hosts: [.local(slots: 1, warmUp: [VideoTask.filters])]
    ) { pool in
      try await pool.submit(SeriesTask.self, jobs).get()
    }
    StandardOutput.writeLine(String(decoding: try JSONEncoder().encode(outcomes), as: UTF8.self))
    if let failure = outcomes.lazy.compactMap(\.failure).first {
      StandardError.write("vidproc: error: \(failure)\n")
      throw ArgumentParser.ExitCode(ExitCode.incomplete)
    }
  }
}
