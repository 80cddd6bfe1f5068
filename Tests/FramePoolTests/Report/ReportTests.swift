import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@testable import FramePool

@Suite struct ReportTests {
  private let directory = TemporaryDirectory()

  private func report() -> Report {
    var report = Report(
      options: BatchOptions(), plan: WorkPlan(budget: .init(cpus: 2, source: "online"), videos: 2),
      budget: .init(cpus: 2, source: "online"),
      inputs: [
        BatchInput(path: "a,\"b\".mp4", size: 1, obstacle: nil),
        BatchInput(path: "c.mp4", size: 1, obstacle: .failed(.notFound, message: "c.mp4: gone")),
        BatchInput(path: "d.mp4", size: 1, obstacle: .duplicate(of: "c.mp4")),
      ])
    report.files[0].status = .ok
    report.files[0].error = nil
    report.files[0].frames.decoded = 25
    report.files[0].frames.filtered = 25
    report.finish()
    return report
  }

  private func written(_ name: String) throws -> String {
    let path = directory.path.appending(name)
    try ReportFile(path).write(report())
    return try #require(TextFile.read(path.string))
  }

  @Test func jsonHasTheSchemasKeys() throws {
    let text = try written("r.json")
    struct Top: Decodable {
      var schema: String
      var startedAt: String
      var wallSeconds: Double
      var totals: Report.Totals
      var tool: Report.Tool
      var machine: Report.Machine
      var options: BatchOptions
      var files: [FileRecord]
    }
    let top = try JSONDecoder().decode(Top.self, from: Data(text.utf8))
    #expect(top.schema == "vidproc.report/1")
    #expect(top.startedAt.hasSuffix("Z"))
    #expect(top.totals.files == 3)
    #expect(top.totals.ok == 1)
    #expect(top.totals.failed == 1)
    #expect(top.totals.skipped == 1)
    #expect(top.totals.frames == 25)
    #expect(top.files == report().files)
  }

  @Test func whatIsNotThereIsNull() throws {
    let text = try written("r.json")
    for key in ["output", "error", "checksum", "stream", "host", "pid", "startOffset"] {
      #expect(text.contains("\"\(key)\":null"), "\(key)")
    }
  }

  @Test func csvHasARowPerFile() throws {
    let rows = try written("r.csv").split(separator: "\r\n")
    #expect(rows.count == 4)
    #expect(rows[0].hasPrefix("input,status,error_kind,"))
    #expect(rows[1].hasPrefix("\"a,\"\"b\"\".mp4\",ok,"))
    #expect(rows[2].hasPrefix("c.mp4,failed,notFound,c.mp4: gone,"))
  }

  @Test func nothingIsLeftBesideAReport() throws {
    _ = try written("r.json")
    #expect(directory.names() == ["r.json"])
  }

  @Test func aReportThatCannotBeWrittenIsRefusedBefore() {
    #expect(throws: FramePoolError.self) { try ReportFile("/dev/null/below/r.json") }
    #expect(throws: FramePoolError.self) { try ReportFile("report.txt") }
    #expect(throws: FramePoolError.self) { try ReportFile("report") }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can mount a small file system"))
  func aFullDiskLosesNoOldReport() async throws {
    let disk = directory.path.string
    _ = try await Run.program("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk])
    defer { _ = directory.path.withPlatformString { umount2($0, Int32(MNT_DETACH)) } }
    guard try await Run.program("stat", ["-f", "-c", "%T", disk]).hasPrefix("tmpfs") else {
      return
    }
    let path = directory.write("old", to: "r.json")
    _ = try? await Run.program("dd", ["if=/dev/zero", "of=\(disk)/fill", "bs=4096"])
    let error = #expect(throws: FramePoolError.self) { try ReportFile(path).write(report()) }
    #expect(error?.code == .diskFull)
    #expect(TextFile.read(path.string) == "old")
    #expect(directory.names() == ["fill", "r.json"])
  }
}

@Suite struct FramePoolErrorTests {
  @Test func theClassesAreTheDocumentedOnes() {
    #expect(
      FramePoolError.Code.allCases.map(\.rawValue) == [
        "notFound", "unreadable", "notMedia", "noVideo", "unsupported", "corrupt", "limitExceeded",
        "refused", "crashed", "outOfMemory", "timedOut", "stalled", "outputFailed", "diskFull",
        "cancelled", "hostLost", "internal",
      ])
  }

  @Test func anErrorIsOneLineWithItsCause() {
    let cause = FFmpegError(code: .invalidData, function: "f", logLine: nil)
    #expect(
      "\(FramePoolError(.corrupt, "a.mp4 is damaged", cause: cause))"
        == "a.mp4 is damaged (f: Invalid data found when processing input)")
  }
}

@Suite struct InputPathTests {
  @Test(arguments: [[0x61, 0x2E, 0x6D], [0xFF, 0x61], [0xC3, 0xA4]] as [[UInt8]])
  func anyBytesSurviveTheWire(bytes: [UInt8]) throws {
    let path = FilePath(bytes: bytes)
    let json = try JSONEncoder().encode([InputPath(path)])
    #expect(try JSONDecoder().decode([InputPath].self, from: json) == [InputPath(path)])
  }
}
