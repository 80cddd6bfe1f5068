import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// Streams beside the video: what a container takes is kept and equal, what it does not is listed, and
/// neither is a reason for the video to fail.
@Suite struct BesideVideoRunTests {
  private let directory = TemporaryDirectory()

  private var out: FilePath { directory.path.appending("out") }
  private var reportPath: FilePath { directory.path.appending("r.json") }

  private static let cases = Folders.package.removingLastComponent().appending("shared")
    .appending("cases")
  private static let hasCases = cases.withPlatformString { access($0, R_OK) } == 0
  private static let casesAreMissing: Comment =
    "no folder of cases beside the project; they are skipped"

  private static func file(_ name: String) -> FilePath { cases.pushing(FilePath(name)) }

  private struct Plan: Decodable {
    struct File: Decodable {
      var input: String
      var plan: OutputPlan?
    }
    var files: [File]
  }

  /// Runs, and sees that a dry run before it foretold what became of each stream.
  private func write(
    _ arguments: [String], _ inputs: [FilePath], to place: FilePath? = nil
  ) async throws -> [FileRecord] {
    let output = ["run", "--output", (place ?? out).string] + arguments
    let dry = try await Run.vidproc(output + ["--dry-run", "--json"] + inputs.map(\.string))
    let run = try await Run.vidproc(
      output + ["--quiet", "--report", reportPath.string] + inputs.map(\.string))
    #expect(run.status == 0, "\(arguments) \(run.errors)")
    let records = try ReadReport(reportPath).files
    let plan = try JSONDecoder().decode(Plan.self, from: Data(dry.output.utf8))
    for (record, planned) in zip(records, plan.files) {
      #expect(record.status == .ok, "\(record.input) \(arguments) \(record.error?.message ?? "")")
      func streams(_ losses: [String]) -> [String] {
        // What is kept as it was, and FFmpeg's own demuxer does not describe, only the check finds.
        losses.filter { line in
          line.hasPrefix("audio stream") || line.hasPrefix("subtitle stream")
        }.filter { line in
          !line.contains("FFmpeg cannot decode it as") && !line.contains("it cannot be read from")
        }.sorted()
      }
      #expect(
        streams(record.losses) == streams(planned.plan?.losses ?? []),
        "\(record.input) \(arguments): the plan says the same")
    }
    return records
  }

  /// A sum of all that a stream holds as FFmpeg decodes it; empty when there is no such stream.
  private func decoded(_ file: FilePath, _ stream: String) async throws -> String {
    try await Run.program(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-i", file.string, "-map", "0:\(stream)"]
        + (stream.hasPrefix("a") ? ["-c:a", "pcm_s16le", "-f", "md5"] : ["-f", "srt"]) + ["-"])
  }

  // MARK: the cases

  @Test(.enabled(if: hasCases, casesAreMissing))
  func mp2IsKeptInMP4UnderItsOtherName() async throws {
    let input = Self.file("mp2-to-mp4/dvb.ts")
    let record = try #require(try await write(["--container", "mp4"], [input]).first)
    let output = try #require(record.output?.path)
    // FFmpeg's decoders for the two names differ by one in places.
    let sound = try await MediaProbe.packets(of: output, stream: 1).map(\.hash)
    #expect(try await MediaProbe.packets(of: input, stream: 1).map(\.hash) == sound)
    #expect(record.losses.allSatisfy { !$0.hasPrefix("audio") })
  }

  @Test(.enabled(if: hasCases, casesAreMissing))
  func anAnnouncedStreamWithoutPacketsIsListed() async throws {
    let input = Self.file("ts-empty-audio/no_audio_packets.ts")
    for container in [[], ["--container", "mp4"], ["--container", "mpegts"], ["--audio", "aac"]] {
      let record = try #require(
        try await write(container, [input], to: out.appending(container.last ?? "own")).first)
      let output = try #require(record.output?.path)
      #expect(record.losses.contains { $0.hasPrefix("audio stream 1 (aac):") })
      #expect(try await MediaProbe.file(output).streams("audio").isEmpty)
      #expect(try await MediaProbe.frames(of: output, stream: 0).count == record.frames.decoded)
    }
  }

  @Test(.enabled(if: hasCases, casesAreMissing))
  func soundThatBeginsSecondsLateIsKept() async throws {
    let input = Self.file("ts-late-audio/late_audio.ts")
    let wanted = try await decoded(input, "a:0")
    for container in ["matroska", "mp4"] {
      let record = try #require(
        try await write(["--container", container, "--preset", "ultrafast"], [input]).first)
      let output = try #require(record.output?.path)
      #expect(record.losses.allSatisfy { !$0.hasPrefix("audio") }, "\(record.losses)")
      #expect(try await decoded(output, "a:0") == wanted)
    }
  }

  @Test(.enabled(if: hasCases, casesAreMissing))
  func samplesThatQuickTimeCutsAnewAreTheSame() async throws {
    let input = Self.file("pcm-to-mov/xdcam_like.mxf")
    let record = try #require(
      try await write(["--container", "mov", "--codec", "prores"], [input]).first)
    let output = try #require(record.output?.path)
    #expect(try await decoded(output, "a:0") == decoded(input, "a:0"))
  }

  @Test(
    .enabled(if: hasCases, casesAreMissing),
    arguments: ["flac", "opus", "truehd"], ["mp4", "mov"])
  func soundThatOnlyAHeaderRefusesIsKeptOrListed(codec: String, container: String) async throws {
    let input = Self.file("flac-to-mp4/\(codec).mkv")
    let record = try #require(
      try await write(["--container", container, "--preset", "ultrafast"], [input]).first)
    let output = try #require(record.output?.path)
    let isLost = record.losses.contains { $0 == "audio stream 1 (\(codec)): mov cannot hold it" }
    #expect(isLost == (container == "mov"))
    #expect(
      try await MediaProbe.file(output).streams("audio").map(\.codecName)
        == (isLost ? [] : [codec]))
    if !isLost {
      let sound = try await MediaProbe.packets(of: output, stream: 1).map(\.hash)
      #expect(try await MediaProbe.packets(of: input, stream: 1).map(\.hash) == sound)
    }
  }

  @Test(
    .enabled(if: hasCases, casesAreMissing), arguments: ["sipr.rm", "cook.rm", "atrac3.avi"])
  func realAudioIsLeftOut(name: String) async throws {
    let input = Self.file("realaudio/\(name)")
    let run = try await Run.vidproc(
      "run", "--quiet", "--report", reportPath.string, "--output", out.string, "--preset",
      "ultrafast", "--allow-damaged", input.string)
    let record = try #require(try ReadReport(reportPath).files.first)
    #expect(run.status == 0, "\(run.errors)")
    let output = try #require(record.output?.path)
    let file = try await MediaProbe.file(output)
    #expect(file.video != nil)
    let isListed = record.losses.contains { $0.hasPrefix("audio stream") }
    #expect(file.streams("audio").isEmpty == isListed)
  }

  @Test(.enabled(if: hasCases, casesAreMissing))
  func soundThatChangesItsLayoutIsEncodedInOne() async throws {
    let input = Self.file("audio-layout-change/layout.ts")
    let record = try #require(try await write(["--audio", "aac"], [input]).first)
    let output = try #require(record.output?.path)
    let sound = try await MediaProbe.packets(of: output, stream: 1)
    let length = (sound.last?.time ?? 0) - (sound.first?.time ?? 0)
    #expect(abs(length - 1.987) < 0.07, "from the first layout into the second: \(length)")
    #expect(abs(Double(sound.count) * 1024 / 48_000 - length) < 0.07, "without a gap")
  }

  @Test(.enabled(if: hasCases, casesAreMissing))
  func plainTextIsKeptAsSubRip() async throws {
    let input = Self.file("subtitle-text/ascii_subs.mkv")
    let record = try #require(try await write([], [input]).first)
    let output = try #require(record.output?.path)
    #expect(try await MediaProbe.file(output).streams("subtitle").map(\.codecName) == ["subrip"])
    #expect(try await decoded(output, "s:0") == decoded(input, "s:0"))
  }

  @Test(.enabled(if: hasCases, casesAreMissing))
  func anAnimationOfOnePictureIsWhole() async throws {
    let input = Self.file("gif-one-frame/one.gif")
    let record = try #require(try await write(["--container", "gif"], [input]).first)
    let output = try #require(record.output?.path)
    #expect(try await MediaProbe.frames(of: output, stream: 0).count == 1)
  }

  // MARK: the table

  /// Whether a stream is the same in two files: packet by packet, or as FFmpeg decodes it where the
  /// container has its own form of packets.
  private func isSame(
    _ one: FilePath, _ other: FilePath, _ stream: String, _ sums: inout [String: String]
  ) async throws -> Bool {
    func sum(_ file: FilePath, _ kind: String) async throws -> String {
      let options =
        kind == "packets"
        ? ["-c", "copy", "-f", "md5"]
        : stream.hasPrefix("a") ? ["-c:a", "pcm_s16le", "-f", "md5"] : ["-f", "srt"]
      return try await Run.program(
        "ffmpeg",
        ["-nostdin", "-v", "error", "-i", file.string, "-map", "0:\(stream)"] + options + ["-"])
    }
    for kind in ["packets", "samples"] {
      let key = "\(kind) of \(one)"
      if sums[key] == nil { sums[key] = try await sum(one, kind) }
      let found = try await sum(other, kind)
      if !found.isEmpty, found == sums[key] { return true }
    }
    return false
  }

  private static let containers = [
    "mp4", "mov", "matroska", "webm", "mpegts", "avi", "mxf", "nut", "ogg", "flv", "asf", "vob",
    "gif", "3gp",
  ]

  /// Whether every input goes into every container (`make codec-table`); else each container gets a
  /// quarter of them, another one each.
  private static let isWhole = getenv("FRAMEPOOL_WHOLE_TABLE") != nil

  @Test func noContainerFailsForSoundBesideTheVideo() async throws {
    let inputs = try await BesideVideo.make(in: directory)
    #expect(inputs.sounds.count > 40)
    #expect(inputs.subtitles.count >= 4)
    var sums: [String: String] = [:]
    var kept = 0
    for (row, container) in Self.containers.enumerated() {
      let all = (inputs.sounds + inputs.subtitles).enumerated()
        .filter { Self.isWhole || ($0.offset + row).isMultiple(of: 4) }.map(\.element)
      let records = try await write(["--container", container], all, to: out.appending(container))
      #expect(records.count == all.count)
      for (input, record) in zip(all, records) {
        guard let output = record.output?.path else { continue }
        let kind = inputs.sounds.contains(input) ? "audio" : "subtitle"
        // ffprobe gives up on a file with a stream that its decoder refuses.
        let streams = (try? await MediaProbe.file(output))?.streams(kind) ?? []
        let losses = record.losses.filter { $0.hasPrefix("\(kind) stream 1") }
        guard !streams.isEmpty else {
          #expect(!losses.isEmpty, "\(output): lost in silence")
          continue
        }
        kept += 1
        guard losses.isEmpty else { continue }
        #expect(try await isSame(input, output, "\(kind.prefix(1)):0", &sums), "\(output)")
      }
    }
    #expect(kept > (Self.isWhole ? 200 : 50), "a table of refusals would prove nothing")
  }
}
