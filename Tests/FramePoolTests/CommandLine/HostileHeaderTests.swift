import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// Headers in which each number is each of those that break things, and each text is long and hostile:
/// a sample of what `make hostile` tries.
@Suite struct HostileHeaderTests {
  private static let ways: [[String]] = [
    [],
    [
      "--codec", "ffv1", "--sheet", "--images", "png", "--image-name", "{time}", "-f",
      "stats,scenes",
    ]
      + ["--records", "r.csv", "--report", "r.html", "--output", "o"],
    ["--start", "1", "--codec", "ffv1", "--output", "o"],
    ["--bitrate", "50M", "--codec", "h264", "--preset", "ultrafast", "--container", "mp4"]
      + ["--output", "o"],
  ]

  @Test func noneEndsAWorkerOrTheBatch() async throws {
    let directory = TemporaryDirectory()
    let media = directory.path.appending("media")
    let written = try await Run.program(
      Products.directory.appending("hostile-media").string, [media.string, "350"])
    #expect(Int(written.filter(\.isNumber)) ?? 0 > 300)
    // By name: pictures are no videos to a search of a directory.
    var paths: [String] = []
    for format in try #require(Directory.names(in: media)) {
      for name in Directory.names(in: media.pushing(format)) ?? [] {
        paths.append(media.pushing(format).pushing(name).string)
      }
    }
    let list = directory.write(paths.sorted().joined(separator: "\0"), to: "list")
    for way in Self.ways {
      let run = try await Run.vidproc(
        ["-q", "--existing", "replace", "--timeout", "30", "--report", "r.json"]
          + ["--files-from", list.string, "--null"] + way, directory: directory.path)
      #expect([0, 1].contains(run.status), "\(way): \(run.status) \(run.errors.suffix(500))")
      let report = try ReadReport(directory.path.appending("r.json"))
      #expect(report.files.count == paths.count)
      let faults = report.files.filter {
        [.crashed, .timedOut, .internal, .hostLost].contains($0.error?.kind)
      }
      for fault in faults {
        Issue.record("\(way): \(fault.input): \(fault.error?.message ?? "")")
      }
    }
  }
}
