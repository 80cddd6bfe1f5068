public import SystemPackage

/// A form in which a report can be written, by the extension of the file's name.
public enum ReportFormat: String, Sendable, CaseIterable {
  /// The whole report, `vidproc.report/1`.
  case json
  /// One row per file, with a header.
  case csv
  /// A page to look at, with all of it.
  case html

  /// The format for a file's name.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` for any other extension.
  public init(for path: FilePath) throws(FramePoolError) {
    guard let format = ReportFormat(rawValue: path.extension?.lowercased() ?? "") else {
      let names = Self.allCases.map { ".\($0.rawValue)" }.joined(separator: " or ")
      throw FramePoolError(.refused, "report file '\(path)' must end in \(names)")
    }
    self = format
  }
}
