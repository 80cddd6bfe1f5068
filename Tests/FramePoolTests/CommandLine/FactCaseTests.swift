import SystemPackage
import Testing

@testable import FramePool

/// Where those files are.
private enum FactCases {
  static let folder = Folders.package.removingLastComponent().appending("shared")
    .appending("cases")

  static let isThere = TextFile.read(folder.appending("CASES.tsv").string) != nil
}

/// Real files whose outputs lost something without a word, in folders beside the project.
@Suite(
  .enabled(if: FactCases.isThere, "no folder of cases beside the project; they are skipped"))
struct FactCaseTests {
  private let directory = TemporaryDirectory()

  private func write(
    _ name: String, _ arguments: String..., status: Int32 = 0
  ) async throws -> FileRecord {
    let path = directory.path.appending("r.json")
    let run = try await Run.vidproc(
      ["run", "--quiet", "--report", path.string, "--existing", "replace", "--output"]
        + [directory.path.appending("out").string] + arguments + [
          FactCases.folder.appending(name).string
        ])
    #expect(run.status == status, "\(run.errors)")
    return try #require(try ReadReport(path).files.first)
  }

  private func file(_ record: FileRecord) async throws -> MediaProbe.File {
    try await MediaProbe.file(try #require(record.output?.path))
  }

  private func timecodes(_ record: FileRecord) async throws -> Set<String> {
    Set(try await file(record).streams.compactMap { $0.tags?["timecode"] })
  }

  @Test(arguments: ["al8.webm", "al9.webm"])
  func alphaIsThere(name: String) async throws {
    let record = try await write(
      "webm-alpha/\(name)", "--codec", "ffv1", "--container", "matroska", "--strict")
    #expect(try await file(record).video?.pixFmt == "yuva420p")
  }

  @Test func captionsBehindTheFirstFrameAreListed() async throws {
    let refused = try await write(
      "cc-after-first-frame/cc.ts", "--codec", "hevc", "--strict", "--preset", "ultrafast",
      status: 1)
    #expect(refused.losses.contains { $0.contains("closed captions") && $0.contains("36 of 48") })
    let kept = try await write("cc-after-first-frame/cc.ts", "--preset", "ultrafast", "--strict")
    let frames = try await Run.program(
      "ffprobe",
      ["-v", "error", "-select_streams", "v:0", "-show_frames", "-of", "flat"]
        + [try #require(kept.output?.path.string)])
    #expect(frames.split(separator: "\n").count { $0.contains("ATSC A53") } == 36)
    for sampling in [["--every", "2"], ["--fps", "7"]] {
      let record = try await write(
        "cc-after-first-frame/cc.ts", "--preset", "ultrafast", sampling[0], sampling[1])
      #expect(record.losses.contains { $0.contains("closed captions") }, "\(sampling)")
    }
  }

  @Test func changingFieldsAreListed() async throws {
    let record = try await write(
      "field-order-change/prog_then_tff.ts", "--strict", "--preset", "ultrafast", status: 1)
    #expect(record.losses.contains { $0.hasPrefix("field order: 25 pictures of 50") })
  }

  @Test func aDispositionIsListed() async throws {
    let record = try await write(
      "caption-disposition/d_captions.mp4", "--container", "matroska", "--strict", status: 1)
    #expect(record.losses.contains { $0.contains("captions") })
  }

  @Test func timecode() async throws {
    let late = try await write("timecode/tc.mov", "--start", "2", "--preset", "ultrafast")
    #expect(try await timecodes(late) == ["01:00:02;00"])
    let half = try await write("timecode/tc.mov", "--every", "2", "--preset", "ultrafast")
    #expect(half.status == .ok)
    #expect(half.losses.contains { $0.hasPrefix("timecode ") })
    #expect(try await timecodes(half) == [])
    let whole = try await write(
      "timecode/tc.mov", "--container", "mp4", "--strict", "--preset", "ultrafast")
    #expect(try await timecodes(whole) == ["01:00:00;00"])
  }

  @Test func coversKeepTheirNames() async throws {
    let record = try await write("cover-names/att.mkv", "--preset", "ultrafast")
    #expect(
      try await file(record).streams.compactMap { $0.tags?["filename"] }
        == ["cover.jpg", "small_cover.png", "cover_land.jpg", "MyFont.ttf"])
  }

  @Test func aQuickTimeFileWithoutABrandStaysOne() async throws {
    let record = try await write("old-mov/CAM0001.MOV", "--preset", "ultrafast")
    #expect(record.output?.path.lastComponent?.string == "CAM0001.mov")
    #expect(try await file(record).format.tags?["major_brand"] == "qt  ")
  }
}
