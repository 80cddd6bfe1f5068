import FramePool
import SystemPackage

/// The table at the end of a batch.
enum SummaryTable {
  private struct Column {
    var title: String
    var isLeft = false
    var value: (FileRecord) -> String
  }

  private static func columns() -> [Column] {
    [
      Column(title: "status", isLeft: true) { $0.status.rawValue },
      Column(title: "frames") { "\($0.frames.filtered)" },
      Column(title: "frames/s") { $0.seconds.wall > 0 ? Format.fixed($0.framesPerSecond, 1) : "-" },
      Column(title: "wall") { $0.seconds.wall > 0 ? Format.fixed($0.seconds.wall, 3) + " s" : "-" },
      Column(title: "CPU") { file in
        file.seconds.wall > 0 ? Format.fixed(file.cpuSeconds.total, 3) + " s" : "-"
      },
      Column(title: "memory") { Format.megabytes($0.peakMemoryBytes) },
      Column(title: "file", isLeft: true) { Format.printable($0.input.path.string) },
    ]
  }

  static func text(_ report: Report, isVerbose: Bool) -> String {
    let columns = columns()
    let table = TextTable(columns: columns.map { .init(title: $0.title, isLeft: $0.isLeft) })
    let rows = report.files.map { file in columns.map { $0.value(file) } }
    return table.text(rows) { notes(report.files[$0], isVerbose: isVerbose) } + "\n"
      + totals(report) + "\n"
  }

  /// What is to be said about a file under its row.
  private static func notes(_ file: FileRecord, isVerbose: Bool) -> [String] {
    var lines: [String] = []
    if let failure = file.error {
      lines.append("\(failure.kind.rawValue): \(failure.message)")
      if isVerbose { lines += failure.log }
    }
    if isVerbose {
      if file.formats.count > 1 { lines.append("formats: " + file.formats.joined(separator: ", ")) }
      lines += file.conversions.map { "converted: \($0)" }
    }
    lines += file.notes.map { "note: \($0)" }
    lines += file.losses.map { "lost: \($0)" }
    if file.attempts > 1 { lines.append("started \(file.attempts) times") }
    if isVerbose { lines += file.outputs.map { "written: \($0)" } }
    if let checksum = file.checksum { lines.append(checksum) }
    return lines
  }

  /// The line under the table.
  static func totals(_ report: Report) -> String {
    let totals = report.totals
    var text = report.summary
    text += ", \(Format.fixed(totals.framesPerSecond, 1)) frames/s"
    text += "\n\(report.plan.reason)"
    // Where the start takes most of the time, the comparison says nothing.
    if report.wallSeconds > 0, totals.workerSeconds > 1.05 * report.wallSeconds {
      text += "; the workers' times add up to \(Format.seconds(totals.workerSeconds)): "
      text += "\(Format.fixed(totals.workerSeconds / report.wallSeconds, 2)) times as fast as one "
      text += "after the other"
    }
    return text
  }

  /// Why it was not faster: a bar of shares in words, then a line for each sentence.
  static func explanation(_ report: Report) -> String {
    guard let explanation = report.explanation else { return "" }
    let list = Explanation.Shares.parts
      .map { (name: $0.name, share: explanation.shares[keyPath: $0.part]) }
      .filter { $0.share >= 0.0005 }
      .map { "\($0.name) \(Format.fixed($0.share * 100, 1)) %" }.joined(separator: ", ")
    return "Of the time of \(Quantity.text(report.machine.cpus, "CPU")): \(list).\n"
      + explanation.sentences.map { "- \(Format.printable($0.text))\n" }.joined()
  }
}
