public import SystemPackage

/// A report on disk: written beside its name and renamed when it is whole.
public struct ReportFile: Sendable {
  private let path: FilePath
  private let format: ReportFormat

  /// Prepares to write a report.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` for an unknown extension, `outputFailed` when
  ///   the directory is missing or cannot be written to.
  public init(_ path: FilePath) throws(FramePoolError) {
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
      case .csv: try ReportCSV.write(report, write)
      }
    }
  }
}
