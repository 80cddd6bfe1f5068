import CLinux
import Glibc
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
    let directory = path.removingLastComponent()
    let place = directory.isEmpty ? FilePath(".") : directory
    guard place.withPlatformString({ access($0, W_OK | X_OK) }) == 0 else {
      throw FramePoolError(
        .outputFailed, "report '\(path)' cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  /// Writes the report; a file that was there before is replaced by the whole new one or not at
  /// all.
  ///
  /// - Throws: ``FramePoolError`` of code `outputFailed` or `diskFull`.
  public func write(_ report: Report) throws(FramePoolError) {
    let part = FilePath("\(path).\(getpid()).part")
    let descriptor = part.withPlatformString {
      clinux_open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    }
    guard descriptor >= 0 else { throw failure() }
    var isWhole = false
    defer { if !isWhole { _ = part.withPlatformString { unlink($0) } } }
    try fill(descriptor, with: report)
    let renamed = part.withPlatformString { from in path.withPlatformString { rename(from, $0) } }
    guard renamed == 0 else { throw failure() }
    isWhole = true
  }

  private func fill(_ descriptor: CInt, with report: Report) throws(FramePoolError) {
    defer { close(descriptor) }
    let write: (String) throws(FramePoolError) -> Void = { text throws(FramePoolError) in
      guard DescriptorIO.write(text, to: descriptor) else { throw self.failure() }
    }
    switch format {
    case .json: try ReportJSON.write(report, write)
    case .csv: try ReportCSV.write(report, write)
    }
    guard fsync(descriptor) == 0 else { throw failure() }
  }

  private func failure() -> FramePoolError {
    FramePoolError(
      errno == ENOSPC ? .diskFull : .outputFailed,
      "report '\(path)' cannot be written: \(String(cString: strerror(errno)))")
  }
}
