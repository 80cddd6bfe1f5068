public import SystemPackage

/// A report on disk: written beside its name and renamed when it is whole.
public struct ReportFile: Sendable {
  /// Where it goes.
  public let path: FilePath
  private let guardsFormulas: Bool
  /// How it is written.
  public let format: ReportFormat

  /// Prepares to write a report; makes the directories that it is to lie in.
  ///
  /// - Parameters:
  ///   - path: Where; a link is written through.
  ///   - guardsFormulas: Whether cells of a table that a spreadsheet would run are marked as text.
  /// - Throws: ``FramePoolError`` of code `refused` for an unknown extension, `outputFailed` when
  ///   the directory is missing or cannot be written to.
  public init(_ path: FilePath, guardsFormulas: Bool = true) throws(FramePoolError) {
    self.guardsFormulas = guardsFormulas
    format = try ReportFormat(for: path)
    self.path = path
    try PartFile.checkPlace(of: path, what: "report")
  }

  /// Writes the report; a file that was there before is replaced by the whole new one or not at
  /// all.
  ///
  /// - Throws: ``FramePoolError`` of code `outputFailed` or `diskFull`.
  public func write(_ report: Report) throws(FramePoolError) {
    try PartFile.write(path, what: "report") { file throws(FramePoolError) in
      let write = { (text: String) throws(FramePoolError) in try file.write(text) }
      switch format {
      case .json: try ReportJSON.write(report, write)
      case .csv: try ReportCSV.write(report, guardsFormulas: guardsFormulas, write)
      case .html:
        try ReportPage.write(
          .init(title: "vidproc report", summary: report.summary, report: report), write)
      }
    }
  }

  /// Writes a comparison in place of a batch's report.
  ///
  /// - Throws: ``FramePoolError``: as ``write(_:)-(Report)``; `refused` for a table, which it is not.
  public func write(_ bench: BenchReport) throws(FramePoolError) {
    try PartFile.write(path, what: "report") { file throws(FramePoolError) in
      switch format {
      case .json: try file.write(try bench.json() + "\n")
      case .csv: throw FramePoolError(.refused, "a comparison is no table: name a .json or .html")
      case .html:
        let fastest = bench.modes.filter { $0.wall != nil }
          .min { ($0.wall?.median ?? 0) < ($1.wall?.median ?? 0) }
        let summary =
          "\(Quantity.text(bench.inputs.count, "file")), \(Quantity.text(bench.rounds, "round"))"
          + (fastest.map { "; fastest: \($0.label)" } ?? "")
        try ReportPage.write(
          .init(title: "vidproc comparison", summary: summary, bench: bench.json())
        ) { text throws(FramePoolError) in try file.write(text) }
      }
    }
  }
}
