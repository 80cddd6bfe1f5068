import SystemPackage
import Testing

@testable import FramePool

extension TemporaryDirectory {
  /// Makes a file in it with FFmpeg's own program.
  func makeMedia(_ name: String, _ arguments: [String]) async throws -> FilePath {
    let path = path.appending(name)
    _ = try await Run.program(
      "ffmpeg", ["-nostdin", "-v", "error", "-y"] + arguments + [path.string])
    return path
  }

  /// Runs vidproc with a report, and gives the record of the first video.
  func record(_ arguments: [String], status: Int32 = 0) async throws -> FileRecord {
    let report = path.appending("r.json")
    let run = try await Run.vidproc(["--quiet", "--report", report.string] + arguments)
    #expect(run.status == status, "\(run.errors)")
    return try #require(try ReadReport(report).files.first)
  }
}
