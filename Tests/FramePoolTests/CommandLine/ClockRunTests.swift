import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// Containers whose clock restarts, jumps, begins anywhere, is coarse, or is not there: made by FFmpeg's
/// own programs, whose word on the outputs counts too.
@Suite struct ClockRunTests {
  private let directory = TemporaryDirectory()

  private func make(_ name: String, _ arguments: [String]) async throws -> FilePath {
    try await directory.makeMedia(name, arguments)
  }

  /// Pictures and sound of so many seconds that begin at a time of the container's clock.
  private func clip(
    _ name: String, at start: Double, seconds: Double = 2, format: String = "mpegts",
    video: [String] = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2"],
    audio: [String] = ["-c:a", "mp2"], rate: String = "25"
  ) async throws -> FilePath {
    try await make(
      name,
      ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=\(rate):d=\(seconds)"]
        + ["-f", "lavfi", "-i", "sine=d=\(seconds):sample_rate=48000"] + video + audio
        + ["-output_ts_offset", "\(start)", "-f", format])
  }

  private func join(
    _ parts: [FilePath], _ name: String, skipping bytes: Int = 0
  ) async throws -> FilePath {
    let path = directory.path.appending(name)
    let list = parts.map { "'\($0)'" }.joined(separator: " ")
    _ = try await Run.program("bash", ["-c", "cat \(list) | tail -c +\(bytes + 1) > '\(path)'"])
    return path
  }

  private func record(_ arguments: [String], status: Int32 = 0) async throws -> FileRecord {
    try await directory.record(arguments, status: status)
  }

  private func output(of input: FilePath, _ arguments: [String] = []) async throws -> (
    record: FileRecord, path: FilePath
  ) {
    let record = try await record(
      [input.string, "--existing", "replace"] + arguments
        + ["--output", directory.path.appending("o").string])
    return (record, try #require(record.output?.path))
  }

  /// The times of the packets of a file's stream in order.
  private func times(_ path: FilePath, _ kind: String) async throws -> [Double] {
    let stream = try #require(
      try await MediaProbe.file(path).streams(kind).first { !$0.isCover })
    return try await MediaProbe.packets(of: path, stream: stream.index).map(\.time).sorted()
  }

  private func gaps(_ times: [Double]) -> [Double] { zip(times, times.dropFirst()).map { $1 - $0 } }

  // MARK: - Clocks that restart or jump

  /// When the second part begins and in which container: back, forth, far back, and over the clock's end.
  @Test(arguments: [
    ("mpegts", 1.4, 1.4), ("mpegts", 1.4, 36_001), ("mpegts", 50_000, 0.5),
    ("mpegts", 95_442.7, 95_444.7), ("mpegts", 95_442.7, 12), ("vob", 0.5, 0.5), ("vob", 7200, 0.5),
    ("vob", 0.5, 500), ("flv", 0, 0), ("flv", 3600, 0), ("matroska", 0, 0),
  ])
  func timeGoesOnWhereAClockDoesNot(format: String, first: Double, second: Double) async throws {
    let video =
      switch format {
      case "vob": ["-c:v", "mpeg2video", "-bf", "2", "-q:v", "4"]
      default: ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2"]
      }
    let audio =
      switch format {
      case "flv": ["-c:a", "aac"]
      default: ["-c:a", "mp2"]
      }
    let parts = [
      try await clip("1", at: first, format: format, video: video, audio: audio),
      try await clip("2", at: second, format: format, video: video, audio: audio),
    ]
    // A second header would end FLV.
    let rest = try await join([parts[1]], "rest", skipping: format == "flv" ? 13 : 0)
    let input = try await join([parts[0], rest], "both")
    let (record, output) = try await output(of: input)
    #expect(record.status == .ok, "\(record.error?.message ?? "")")
    let pictures = try await times(output, "video")
    #expect(pictures.count == record.frames.decoded)
    #expect(pictures.count >= 98, "a decoder that knows nothing of the place may lose a picture")
    #expect(gaps(pictures).allSatisfy { $0 > 0.03 && $0 < 0.13 }, "\(gaps(pictures))")
    #expect((pictures.first ?? 9) < 0.3)
    let sound = try await times(output, "audio")
    #expect((sound.first ?? 9) < 0.3)
    #expect(gaps(sound).allSatisfy { $0 > 0.001 && $0 < 0.15 }, "\(gaps(sound))")
    #expect(abs((sound.last ?? 0) - (pictures.last ?? 9)) < 0.2, "together")
    let isSteady = abs(second - first - 2) < 0.1
    #expect(record.notes.contains { $0.contains("clock jumps") } != isSteady, "\(record.notes)")
    let sampled = try await self.record([input.string, "--fps", "5"])
    #expect((19...21).contains(sampled.frames.sampled), "\(sampled.frames.sampled)")
    let window = try await self.record([input.string, "--start", "1.5", "--duration", "1"])
    #expect((24...26).contains(window.frames.sampled), "\(window.frames.sampled)")
    let late = try await self.record([input.string, "--start", "3"])
    #expect((22...27).contains(late.frames.sampled), "\(late.frames.sampled)")
  }

  @Test func manyPlacesInARow() async throws {
    var parts: [FilePath] = []
    for (number, start) in [10.0, 3, 90_000, 90_020, 1, 1, 44].enumerated() {
      parts.append(try await clip("\(number)", at: start, seconds: 1))
    }
    let (record, output) = try await output(of: try await join(parts, "all.ts"))
    #expect(record.notes.contains { $0.contains("clock jumps 6 times") }, "\(record.notes)")
    let pictures = try await times(output, "video")
    #expect(pictures.count == 175)
    #expect(gaps(pictures).allSatisfy { abs($0 - 0.04) < 0.1 }, "\(gaps(pictures))")
    #expect(abs((pictures.last ?? 0) - 6.96) < 0.5)
  }

  /// A gap that a container is allowed to have is none to mend.
  @Test func honestGapsStay() async throws {
    let input = try await make(
      "gap.mkv",
      ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=5:d=4", "-vf", "setpts='PTS+gte(N,10)*60/TB'"]
        + ["-c:v", "libx264", "-preset", "ultrafast", "-fps_mode", "passthrough"])
    let (record, output) = try await output(of: input)
    #expect(record.notes.isEmpty)
    #expect(gaps(try await times(output, "video")).contains { $0 > 59 })
    let short = try await join(
      [try await clip("1", at: 1), try await clip("2", at: 9)], "short.ts")
    let (other, next) = try await self.output(of: short)
    #expect(other.notes.isEmpty, "six seconds without a picture are six seconds")
    #expect(gaps(try await times(next, "video")).contains { abs($0 - 6) < 0.2 })
  }

  // MARK: - Where clocks begin

  @Test(arguments: ["mp4", "mov", "matroska", "mpegts"])
  func aBroadcastBeginsAtZero(container: String) async throws {
    let input = try await make(
      "late.ts",
      ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2", "-itsoffset", "0.5"]
        + ["-f", "lavfi", "-i", "sine=d=1.5:sample_rate=48000", "-c:v", "libx264", "-preset"]
        + ["ultrafast", "-bf", "2", "-c:a", "aac", "-output_ts_offset", "50000"])
    let (record, output) = try await output(of: input, ["--container", container])
    #expect(record.status == .ok)
    let pictures = try await times(output, "video")
    let sound = try await times(output, "audio")
    #expect((pictures.first ?? 99) < (container == "mpegts" ? 2 : 0.1))
    let wanted = (try await times(input, "audio")[0]) - (try await times(input, "video")[0])
    #expect(abs(sound[0] - pictures[0] - wanted) < 0.0015, "the streams' distance")
  }

  @Test func aLateStartInAFileOfItsOwnSurvives() async throws {
    let input = try await make(
      "late.mp4",
      ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-f", "lavfi", "-i", "sine=d=4"]
        + ["-vf", "setpts=PTS+3/TB", "-fps_mode", "passthrough", "-c:v", "libx264"])
    let (_, output) = try await output(of: input)
    #expect(abs((try await times(output, "video")[0]) - 3) < 0.002)
  }

  // MARK: - No clock at all

  @Test(arguments: [
    ("h264", ["-c:v", "libx264", "-preset", "ultrafast"]),
    ("hevc", ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"]),
    ("m2v", ["-c:v", "mpeg2video"]), ("m1v", ["-c:v", "mpeg1video"]),
    ("m4v", ["-c:v", "mpeg4"]), ("mjpeg", ["-c:v", "mjpeg"]),
  ])
  func timesAreMadeFromTheRate(name: String, codec: [String]) async throws {
    let input = try await make(
      "bare.\(name)",
      ["-f", "lavfi", "-i", "testsrc2=s=176x144:r=25:d=2"] + codec + ["-g", "10"])
    let all = try await record([input.string])
    try #require(all.frames.decoded == 50)
    let rate = try #require(all.stream?.frameRate)
    let window = try await record([input.string, "--start", "0.5", "--duration", "0.5"])
    #expect(abs(Double(window.frames.sampled) - rate / 2) <= 1, "\(window.frames.sampled)")
    let sampled = try await record([input.string, "--fps", "5"])
    #expect(abs(Double(sampled.frames.sampled) - 250 / rate) <= 1, "\(sampled.frames.sampled)")
    let pictures = directory.path.appending("p")
    _ = try await record(
      [input.string, "--images", "png", "--image-name", "{time}", "--output", pictures.string])
    #expect(Directory.names(in: pictures.appending(input.stem ?? ""))?.count == 50)
    let (record, output) = try await output(of: input)
    #expect(!record.losses.contains { $0.contains("timestamps") }, "\(record.losses)")
    let times = try await times(output, "video")
    #expect(times.count == 50)
    #expect(gaps(times).allSatisfy { abs($0 - 1 / rate) < 0.0015 }, "\(gaps(times))")
  }

  @Test func aWindowWithoutFramesSaysSo() async throws {
    let input = try await make(
      "bare.h264", ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-c:v", "libx264"])
    let record = try await record([input.string, "--start", "5"])
    #expect(record.frames.sampled == 0)
    #expect(record.notes.contains { $0.contains("no frame lies in the window") })
  }

  // MARK: - Steady rates

  @Test(arguments: [
    ("24000/1001", "matroska", 0.0, "mp4"), ("24000/1001", "matroska", 0.217, "mov"),
    ("30000/1001", "matroska", 0.013, "mp4"), ("30000/1001", "flv", 0, "mp4"),
    ("60000/1001", "matroska", 0, "mp4"), ("24", "matroska", 0, "mp4"), ("30", "flv", 0, "mov"),
    ("60", "matroska", 1.001, "mp4"), ("25", "mpegts", 0, "mp4"),
    ("24000/1001", "mpegts", 0, "mp4"),
    ("12", "matroska", 0, "mov"),
  ])
  func roundedTimesAreSteadyAgain(
    rate: String, form: String, start: Double, container: String
  ) async throws {
    let input = try await make(
      "in",
      ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=\(rate):d=3", "-c:v", "libx264", "-preset"]
        + ["ultrafast", "-bf", "2", "-output_ts_offset", "\(start)", "-f", form])
    let (record, output) = try await output(of: input, ["--container", container])
    #expect(record.losses.isEmpty, "\(record.losses)")
    let text = try await Run.program(
      "ffprobe",
      ["-v", "error", "-show_entries", "stream=avg_frame_rate", "-of", "csv=p=0", output.string])
    #expect(text.contains(rate.contains("/") ? rate : rate + "/1"), "\(text)")
    let gaps = gaps(try await times(output, "video"))
    let spread = (gaps.max() ?? 1) - (gaps.min() ?? 0)
    #expect(spread < 0.0001, "\(gaps)")
  }

  @Test func realVariableRatesAreUntouched() async throws {
    let input = try await make(
      "vfr.mkv",
      ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=30:d=3"]
        + [
          "-vf", "settb=1/1000,setpts='(N/30+0.006*sin(N))/TB'", "-c:v", "libx264", "-preset",
          "ultrafast",
        ]
        + ["-fps_mode", "passthrough", "-enc_time_base", "1/1000"])
    let (_, output) = try await output(of: input, ["--container", "mp4"])
    let (before, after) = (try await times(input, "video"), try await times(output, "video"))
    #expect(before.count == after.count)
    #expect(zip(before, after).allSatisfy { abs($0 - $1) < 0.0011 })
    #expect(zip(before, after).count { abs($0 - $1) > 0.0002 } < 3)
  }

  // MARK: - Sound before the beginning

  @Test(arguments: [["-c:a", "aac"], ["-c:a", "libmp3lame"], ["-c:a", "alac"]])
  func soundFromBeforeACutIsCut(codec: [String]) async throws {
    let whole = try await make(
      "whole.mp4",
      ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=5", "-f", "lavfi", "-i"]
        + ["sine=d=5:sample_rate=44100", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50"]
        + codec)
    let input = try await make("cut.mp4", ["-ss", "3", "-i", whole.string, "-c", "copy"])
    for container in ["matroska", "mpegts", "mp4"] {
      let (record, output) = try await output(of: input, ["--container", container])
      guard let sound = try await MediaProbe.file(output).streams("audio").first else { continue }
      let decoded = try await Run.program(
        "bash",
        [
          "-c",
          "ffmpeg -nostdin -v error -i '\(output)' -map 0:\(sound.index) -f s16le -ac 1 - | wc -c",
        ])
      let seconds = (Double(decoded.filter(\.isNumber)) ?? 0) / 88_200
      let slack = container == "mpegts" ? 0.15 : 0.11
      #expect(abs(seconds - 2) < slack, "\(container): \(seconds) s; \(record.losses)")
    }
  }

  // MARK: - One frame

  /// x265 has no decoding time for it.
  @Test(arguments: ["h264", "hevc"], ["mp4", "matroska"])
  func aVideoOfOneFrameIsWritten(codec: String, container: String) async throws {
    let input = try await make(
      "one.mkv",
      ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=60000/1001:d=0.01", "-vf", "setpts=1.502/TB"]
        + ["-c:v", "ffv1", "-fps_mode", "passthrough"])
    let (record, output) = try await output(
      of: input, ["--codec", codec, "--container", container])
    #expect(record.status == .ok && record.losses.isEmpty, "\(record.losses)")
    #expect(abs((try await times(output, "video")[0]) - 1.502) < 0.002)
  }

  // MARK: - Cases that have failed

  private static let cases = Folders.package.removingLastComponent().appending("shared")
    .appending("cases")
  private static let hasCases = cases.withPlatformString { access($0, R_OK) } == 0
  private static let casesAreMissing: Comment =
    "no folder of cases beside the project; they are skipped"

  private func file(_ name: String) -> FilePath { Self.cases.pushing(FilePath(name)) }

  @Test(
    .enabled(if: hasCases, casesAreMissing),
    arguments: ["ts-clock-restart/restart.ts", "ts-clock-jump/jump.ts"])
  func splicedBroadcastsAreOneVideo(name: String) async throws {
    let (record, output) = try await output(of: file(name))
    #expect(record.notes.contains { $0.contains("clock jumps once") })
    let pictures = try await times(output, "video")
    #expect(pictures.count == 100)
    #expect(gaps(pictures).allSatisfy { abs($0 - 0.04) < 0.0011 }, "\(gaps(pictures))")
    let sound = try await times(output, "audio")
    #expect(gaps(sound).allSatisfy { $0 > 0.01 && $0 < 0.05 }, "\(gaps(sound))")
    #expect(abs((sound.last ?? 0) - 4) < 0.05)
    let input = file(name).string
    #expect(try await self.record([input, "--fps", "5"]).frames.sampled == 20)
    let window = try await self.record([input, "--start", "1", "--duration", "1"])
    #expect(window.frames.sampled == 25)
    #expect(try await self.record([input, "--start", "2.5"]).frames.sampled == 38)
  }

  @Test(.enabled(if: hasCases, casesAreMissing))
  func aLateBroadcastIsAShortFile() async throws {
    let (_, output) = try await output(
      of: file("ts-large-clock/late.ts"), ["--container", "mp4"])
    let format = try await MediaProbe.file(output).format
    #expect(abs((Double(format.duration ?? "") ?? 0) - 2) < 0.1)
    #expect((Double(format.startTime ?? "") ?? 9) < 0.05)
  }

  @Test(.enabled(if: hasCases, casesAreMissing), arguments: ["cam.h264", "cam.hevc"])
  func camerasStreamsHaveTimes(name: String) async throws {
    let input = file("raw-h264").appending(name).string
    let window = try await record([input, "--start", "0.5", "--duration", "0.5"])
    #expect((12...13).contains(window.frames.sampled))
    #expect(try await record([input, "--fps", "5"]).frames.sampled == 10)
  }

  @Test(.enabled(if: hasCases, casesAreMissing))
  func aFilmIsSteady() async throws {
    let (_, output) = try await output(
      of: file("mkv-to-mp4-jitter/f23976.mkv"), ["--container", "mp4"])
    let rate = try await Run.program(
      "ffprobe",
      ["-v", "error", "-show_entries", "stream=avg_frame_rate", "-of", "csv=p=0", output.string])
    #expect(rate.contains("24000/1001"))
  }

  @Test(.enabled(if: hasCases, casesAreMissing))
  func nothingIsHeardFromBeforeACut() async throws {
    let (_, output) = try await output(
      of: file("negative-audio/cut.mp4"), ["--container", "matroska"])
    let format = try await MediaProbe.file(output).format
    // What starts the decoder is there, and marked as its delay.
    #expect((Double(format.startTime ?? "") ?? -9) > -0.05)
    #expect(abs((Double(format.duration ?? "") ?? 0) - 2.1) < 0.06)
  }
}
