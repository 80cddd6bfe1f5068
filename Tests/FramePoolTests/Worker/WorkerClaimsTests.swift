import SystemPackage
import Testing

@testable import FramePool

/// A worker that a hostile file has taken over: what it says is looked at where it comes in.
@Suite struct WorkerClaimsTests {
  private func record(_ change: (inout VideoRecord) -> Void) -> VideoRecord {
    var record = VideoRecord()
    record.stream = .init(
      index: 0, codec: "h264", width: 16, height: 16, frameRate: 25, rotation: 0, duration: 1)
    record.frames.decoded = 25
    change(&record)
    return record
  }

  @Test func anHonestRecordPassesUnchanged() throws {
    let record = record {
      $0.checksum = "md5:" + String(repeating: "0f", count: 16)
      $0.thumbnails = ["/9j/4AAQ=="]
      $0.losses = ["tags"]
      $0.startOffset = -0.04
    }
    #expect(try record.checked() == record)
  }

  @Test func impossibleNumbersAreRefused() {
    let changes: [(inout VideoRecord) -> Void] = [
      { $0.frames.decoded = .max }, { $0.frames.decoded = -1 }, { $0.frames.filtered = .max },
      { $0.frames.decodeErrors = .min }, { $0.seconds.decode = -1 },
      { $0.seconds.ready = .infinity }, { $0.stream?.width = -5 }, { $0.stream?.index = .max },
      { $0.stream?.frameRate = .nan }, { $0.startOffset = .infinity },
      { $0.checksum = "md5:<script>" }, { $0.checksum = "=cmd()" },
      { $0.failure = .init(kind: .init(rawValue: "<b>"), message: "") },
    ]
    for change in changes {
      #expect(throws: WorkerClaims.Absurdity.self) { try record(change).checked() }
    }
  }

  @Test func longTextsAndFalsePicturesAreCut() throws {
    let checked = try record {
      $0.losses = Array(repeating: String(repeating: "x", count: 1 << 20), count: 5000)
      $0.thumbnails = ["\"><script>alert(1)</script>", "/9j/", "a", "b"]
      $0.stream?.codec = String(repeating: "c", count: 1 << 20)
      $0.stream?.rotation = .min
    }.checked()
    #expect(checked.losses.count <= 1000)
    #expect(checked.losses.allSatisfy { $0.utf8.count <= 8 << 10 })
    #expect(checked.thumbnails == ["/9j/"])
    #expect((checked.stream?.codec.utf8.count ?? 0) <= 8 << 10)
    #expect((0..<360).contains(checked.stream?.rotation ?? -1))
  }

  @Test func sumsOverManyRecordsHaveRoom() {
    var report = Report(
      options: BatchOptions(), plan: WorkPlan(budget: .init(cpus: 1, source: "online"), videos: 9),
      budget: .init(cpus: 1, source: "online"),
      inputs: (0..<9).map { BatchInput(path: .init("\($0)"), size: .max, obstacle: nil) })
    for index in report.files.indices {
      report.files[index].status = .ok
      report.files[index].frames.decoded = .max
      report.files[index].frames.filtered = .max
      report.files[index].readBytes = .max
      report.files[index].seconds.start = 0
      report.files[index].seconds.wall = 1
    }
    report.finish()
    #expect(report.totals.frames == .max)
  }

  @Test func progressThatCannotBeIsLeftOut() {
    #expect(VideoProgress(frames: .max, timestamp: 0, duration: nil).checked() == nil)
    #expect(VideoProgress(frames: 1, timestamp: .infinity, duration: nil).checked() == nil)
    #expect(VideoProgress(frames: 1, timestamp: 1, duration: 2).checked() != nil)
  }
}
