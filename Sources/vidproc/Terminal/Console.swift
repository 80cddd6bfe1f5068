import FramePool

/// What is told to the user, by the options given.
struct Console {
  private let options: OutputOptions

  init(_ options: OutputOptions) {
    self.options = options
  }

  /// Something the user should know.
  func notice(_ text: String) {
    if !options.quiet { StandardError.write("vidproc: note: \(Format.printable(text))\n") }
  }

  /// Something that went wrong.
  func error(_ text: String) {
    StandardError.write("vidproc: error: \(Format.printable(text))\n")
  }

  /// The progress display for a batch.
  ///
  /// - Parameter names: The inputs' names, by index.
  /// - Returns: The display.
  func progress(names: [String]) -> Progress {
    let style: ProgressStyle
    switch options.progress {
    case .auto: style = options.quiet ? .none : StandardError.hasCursor ? .bar : .plain
    // No escape sequences for a terminal that does not know them.
    case .bar where StandardError.isTerminal && !StandardError.hasCursor: style = .plain
    case let chosen: style = chosen
    }
    return Progress(Progress.renderer(for: style, names: names, isVerbose: options.verbose))
  }

  /// The table, the totals and what `--explain` asks for; with `--quiet` the videos that are not done
  /// in place of the first two.
  ///
  /// - Parameters:
  ///   - report: What happened.
  ///   - isOutputTaken: Whether standard output has something else in it.
  func summarise(_ report: Report, isOutputTaken: Bool = false) {
    if options.quiet {
      for file in report.files where file.status == .failed || file.status == .damaged {
        if let failure = file.error {
          let word = file.status == .failed ? "error" : "damaged"
          StandardError.write(
            "vidproc: \(word): \(Format.printable(failure.message)) (\(failure.kind.rawValue))\n")
        }
      }
    }
    // With JSON lines everything is in the last of them.
    guard options.progress != .json else { return }
    let parts = [
      options.quiet ? "" : SummaryTable.text(report, isVerbose: options.verbose),
      options.explain ? SummaryTable.explanation(report) : "",
    ]
    let text = parts.filter { !$0.isEmpty }.joined(separator: "\n")
    if isOutputTaken { StandardError.write(text) } else { StandardOutput.write(text) }
  }
}
