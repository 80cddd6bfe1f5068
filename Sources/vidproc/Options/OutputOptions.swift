import ArgumentParser
import FramePool

/// What is told, and where.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a report, .json, .csv or .html by its name; repeat for more.", valueName: "file"),
    completion: .file())
  var report: [String] = []

  @Option(
    help: ArgumentHelp(
      "Write what filters measure of each frame, .ndjson or .csv by its name.", valueName: "file"),
    completion: .file())
  var records: String?

  @Option(
    help: ArgumentHelp(
      "Write the time line as a trace, .json, for Perfetto and Chrome.", valueName: "file"),
    completion: .file())
  var trace: String?

  @Flag(
    help: ArgumentHelp(
      "Leave cells of .csv files alone that a spreadsheet would run as formulas."))
  var csvAsIs = false

  @Flag(help: "Say at the end why it was not faster.")
  var explain = false

  @Option(help: "Progress: bars on a terminal, plain lines, or JSON lines on standard output.")
  var progress: ProgressStyle = .auto

  @Flag(name: .shortAndLong, help: "Tell only what went wrong.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Tell more: FFmpeg's warnings, worker processes.")
  var verbose = false

  mutating func validate() throws {
    if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
  }

  /// Checks that the records can be written, before any work.
  func recordsFile() throws -> RecordsFile? {
    guard let records else { return nil }
    return try validated { () throws(FramePoolError) in
      try RecordsFile(RawArguments.path(records), guardsFormulas: !csvAsIs)
    }
  }

  /// Checks that the trace can be written, before any work.
  func traceFile() throws -> TraceFile? {
    guard let trace else { return nil }
    return try validated { () throws(FramePoolError) in try TraceFile(RawArguments.path(trace)) }
  }

  /// Checks that the reports can be written, before any work.
  func reportFiles() throws -> [ReportFile] {
    try report.map { name in
      try validated { () throws(FramePoolError) in
        try ReportFile(RawArguments.path(name), guardsFormulas: !csvAsIs)
      }
    }
  }
}

/// How progress is shown.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
  case auto
  case bar
  case plain
  case json
  case none
}
