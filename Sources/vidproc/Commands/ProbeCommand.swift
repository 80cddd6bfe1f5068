import ArgumentParser
import FoundationEssentials
import FramePool
import SystemPackage

/// `vidproc probe`: what a file is.
struct ProbeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Show what files are: container, streams, sizes, rates.",
    discussion: "Each file is opened in a worker process. A star marks the stream that run takes.")

  @Argument(help: "Files to look at.", completion: .file())
  var files: [String]

  @Flag(help: "Print one JSON object per file and line.")
  var json = false

  @OptionGroup(title: "Limits") var limits: LimitOptions

  mutating func run() async throws {
    let paths = files.map { RawArguments.path($0) }
    let jobs = paths.map { path in
      VideoJob(
        input: InputPath(path), maxPixels: limits.maxPixels, allowPlaylists: limits.allowPlaylists)
    }
    let json = json
    let timeout = limits.timeout
    let slots = min(CPUBudget.measure().cpus, paths.count)
    let failures = try await ProcessPool.run(hosts: [.local(slots: slots)]) { pool in
      var failures = 0
      for await result in pool.map(ProbeTask.self, over: jobs, order: .input, timeout: timeout) {
        switch result.outcome {
        case .success(let probe):
          StandardOutput.writeLine(json ? try ProbeText.json(probe) : ProbeText.text(probe))
        case .failure(let failure):
          failures += 1
          let path = paths[result.index]
          if json { StandardOutput.writeLine(try ProbeText.json(failure, path)) }
          StandardError.write(
            "vidproc: error: \(Format.printable("\(failure)")) (\(failure.code.rawValue))\n")
        }
      }
      return failures
    }
    if failures > 0 { throw ArgumentParser.ExitCode(ExitCode.incomplete) }
  }
}
