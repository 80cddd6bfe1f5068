import FoundationEssentials
import SystemPackage
import Testing

@testable import FramePool

/// `--start`, `--duration`, `--frames`, `--every`, `--fps` and `--keyframes` as a user sees them.
@Suite struct SamplingRunTests {
  private let directory = TemporaryDirectory()
  private let usual = Folders.sample("h264_aac_640x360.mp4")

  private struct Row: Decodable {
    var pts: Double?
  }

  /// Runs with a measuring filter.
  ///
  /// - Returns: The frames' times and the checksum.
  private func sample(
    _ arguments: [String], _ input: String
  ) async throws -> (times: [Double?], checksum: String?, record: FileRecord) {
    let (report, records) = (
      directory.path.appending("r.json"), directory.path.appending("r.ndjson")
    )
    let run = try await Run.vidproc(
      ["run", "--quiet", "--checksum", "--filter", "stats", "--report", report.string]
        + ["--records", records.string] + arguments + [input])
    #expect(run.status == 0, "\(run.errors)")
    let lines = (TextFile.read(records.string) ?? "").split(separator: "\n")
    let times = try lines.map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)).pts }
    let record = try #require(try ReadReport(report).files.first)
    return (times, record.checksum, record)
  }

  /// What decoding everything and choosing afterwards gives, by FFmpeg's `select`.
  private func selected(_ expression: String, _ input: String) async throws -> String? {
    try await sample(["--filter", "select=\(expression)"], input).checksum
  }

  @Test(arguments: [
    "h264_aac_640x360.mp4", "h264_vfr_400x300.mkv", "vp9_odd_321x241.webm",
    "mpeg2_interlaced_480x576.mpg", "hevc_10bit_hdr_480x270.mkv", "gif_200x150.gif",
  ])
  func aWindowIsThatOfDecodingEverything(name: String) async throws {
    let input = Folders.sample(name)
    for (start, duration) in [("0.4", 0.5), ("1.96", 0.8), ("2.503", 0.2), ("2.9", 9)] {
      let window = try await sample(["--start", start, "--duration", "\(duration)"], input)
      let end = (Double(start) ?? 0) + duration
      let wanted = try await selected("gte(t\\,\(start))*lt(t\\,\(end))", input)
      #expect(window.checksum == wanted, "\(start) + \(duration)")
      #expect(window.record.frames.sampled == window.times.count)
    }
  }

  @Test func aStartFarInReadsFromTheKeyframeBefore() async throws {
    let late = try await sample(["--start", "4.2", "--frames", "3"], usual)
    #expect(late.times.count == 3)
    #expect(late.times.first == 4.2)
    #expect(late.record.frames.decoded < 30, "keyframes stand every 2 seconds")
  }

  @Test func timesMayHaveColons() async throws {
    let plain = try await sample(["--start", "2", "--frames", "2"], usual)
    let colons = try await sample(["--start", "0:02", "--frames", "2"], usual)
    #expect(colons.times == plain.times)
    for text in ["1:60", "a", "-1", "1:2:3:4", "1e3", ""] {
      let run = try await Run.vidproc("run", "--start", text, usual)
      #expect(run.status == 64, "'\(text)'")
    }
  }

  @Test func aStartBehindTheEndGivesNothing() async throws {
    let none = try await sample(["--start", "100"], usual)
    #expect(none.times.isEmpty)
    #expect(none.record.status == .ok)
  }

  @Test func everyNthFrameIsTaken() async throws {
    let every = try await sample(["--every", "7"], usual)
    #expect(every.times.count == 18)
    #expect(try await selected("not(mod(n\\,7))", usual) == every.checksum)
    let some = try await sample(["--every", "7", "--frames", "4"], usual)
    #expect(some.times == Array(every.times.prefix(4)))
  }

  @Test func aRateTakesTheNearestFrames() async throws {
    let all = try await sample([], usual).times.compactMap { $0 }
    let sampled = try await sample(["--fps", "4"], usual).times.compactMap { $0 }
    #expect(sampled.count == 20)
    for (tick, time) in sampled.enumerated() {
      let distance = abs(time - Double(tick) / 4)
      #expect(all.allSatisfy { abs($0 - Double(tick) / 4) >= distance - 1e-9 })
    }
    let dense = try await sample(["--fps", "1000"], usual).times.compactMap { $0 }
    #expect(dense == all, "no frame is repeated")
  }

  @Test(arguments: ["vp9_odd_321x241.webm", "av1_320x180.mkv", "h264_aac_640x360.mp4"])
  func keyframesAreThoseOfDecodingEverything(name: String) async throws {
    let input = Folders.sample(name)
    let keyframes = try await sample(["--keyframes"], input)
    #expect(try await selected("key", input) == keyframes.checksum)
    #expect((1..<20).contains(keyframes.record.frames.decoded))
  }

  @Test(arguments: ["h264_aac_640x360.mp4", "mpeg2_interlaced_480x576.mpg"])
  func keyframesAreThoseOfFFmpeg(name: String) async throws {
    let input = Folders.sample(name)
    let path = directory.path.appending("k.json")
    let run = try await Run.vidproc(
      ["run", "--quiet", "--keyframes", "--checksum", "--report", path.string, input])
    #expect(run.status == 0)
    let record = try #require(try ReadReport(path).files.first)
    let sum = try await Run.program(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-skip_frame", "nokey", "-i", input, "-map", "0:v:0",
        "-fps_mode", "passthrough", "-c:v", "rawvideo", "-f", "md5", "-",
      ])
    #expect(record.checksum == "md5:" + sum.dropFirst(4).prefix { $0 != "\n" })
    #expect(record.frames.decoded < 30)
  }

  @Test(arguments: [
    ["--every", "0"], ["--frames", "0"], ["--fps", "0"], ["--fps", "x"], ["--duration", "0"],
    ["--every", "2", "--fps", "5"],
  ])
  func nonsenseIsRefused(arguments: [String]) async throws {
    let run = try await Run.vidproc(["run"] + arguments + [usual])
    #expect(run.status == 64)
    #expect(run.errors.contains("--"))
  }
}
