import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// Media that other programs make and few people have: made by FFmpeg's own for the test.
@Suite struct StrangeMediaTests {
  private let directory = TemporaryDirectory()

  private func make(_ name: String, _ arguments: [String]) async throws -> FilePath {
    try await directory.makeMedia(name, arguments)
  }

  private func reported(_ arguments: [String], status: Int32 = 0) async throws -> FileRecord {
    try await directory.record(arguments, status: status)
  }

  @Test(arguments: ["flac", "aac", "libopus"])
  func soundThatChangesInMidStreamIsEncoded(codec: String) async throws {
    // AC-3 may change from stereo to mono, and its rate too, from one packet to the next.
    let picture = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1"]
    func part(
      _ name: String, _ channels: String, _ rate: String, at start: String
    ) async throws -> FilePath {
      try await make(
        name,
        picture + ["-f", "lavfi", "-i", "sine=d=1:sample_rate=\(rate)", "-ac", channels]
          + ["-c:v", "mpeg2video", "-c:a", "ac3", "-ar", rate, "-output_ts_offset", start])
    }
    let one = try await part("1.ts", "2", "48000", at: "0")
    let two = try await part("2.ts", "1", "44100", at: "1")
    let input = directory.path.appending("both.ts")
    _ = try await Run.program("bash", ["-c", "cat '\(one)' '\(two)' > '\(input)'"])
    let record = try await reported(
      [input.string, "--output", directory.path.appending("o").string, "--audio", codec])
    let output = try #require(record.output?.path)
    let sound = try #require(try await MediaProbe.file(output).streams("audio").first)
    let packets = try await MediaProbe.packets(of: output, stream: sound.index)
    let length = (packets.last?.time ?? 0) - (packets.first?.time ?? 0)
    #expect(abs(length - 2) < 0.2, "two seconds of sound, not \(length)")
  }

  @Test func soundInFrontOfThePicturesWaitsOnDisk() async throws {
    // 240 s of sound, 46 MB, before the first picture: more than waits in memory.
    let input = try await make(
      "late.mkv",
      ["-f", "lavfi", "-i", "sine=d=241:sample_rate=48000", "-itsoffset", "240", "-f", "lavfi"]
        + ["-i", "testsrc2=s=32x32:r=5:d=1", "-map", "0:a", "-map", "1:v", "-c:a", "pcm_s16le"]
        + ["-ac", "2", "-c:v", "ffv1", "-max_interleave_delta", "0"])
    let record = try await reported(
      [input.string, "--output", directory.path.appending("o").string])
    let output = try #require(record.output?.path)
    let before = try await MediaProbe.packets(of: input, stream: 0)
    let after = try await MediaProbe.packets(of: output, stream: 0)
    #expect(before.count > 10_000)
    #expect(after == before, "every packet, in order, at its time")
    #expect(record.peakMemoryBytes < 200 << 20)
    #expect(directory.names().filter { $0.contains("packets") } == [])
  }

  @Test func framesAtOneTimeGetNamesOfTheirOwn() async throws {
    let output = directory.path.appending("o")
    let record = try await reported(
      [Folders.sample("ffv1_alpha_160x120.mkv"), "--images", "png", "--image-name", "{time}"]
        + ["-f", "setpts=0.001-3/TB", "--output", output.string])
    #expect(record.status == .ok)
    let names = (Directory.names(in: output.appending("ffv1_alpha_160x120")) ?? []).map(\.string)
    #expect(names.count == 20)
    #expect(names.allSatisfy { $0.hasPrefix("-0000") }, "\(names)")
    #expect(names.contains { $0.hasSuffix("-20.png") }, "\(names)")
  }

  @Test func aWindowBehindTheEndIsSaidSo() async throws {
    let input = Folders.sample("ffv1_alpha_160x120.mkv")
    let record = try await reported([input, "--start", "100"])
    #expect(record.status == .ok && record.frames.filtered == 0)
    #expect(record.notes.first?.contains("no frame lies in the window") ?? false)
    let run = try await Run.vidproc(input, "--start", "100")
    #expect(run.output.contains("1 ok; 0 of "), "\(run.output)")
  }

  @Test(arguments: [
    ("h264_rotated_480x270.mp4", 129_600), ("vp9_odd_321x241.webm", 77_361),
    ("gif_200x150.gif", 30_000),
  ])
  func thePixelLimitIsExact(name: String, pixels: Int) async throws {
    let input = Folders.sample(name)
    #expect(try await reported([input, "--max-pixels", "\(pixels)"]).status == .ok)
    let refused = try await reported([input, "--max-pixels", "\(pixels - 1)"], status: 1)
    #expect(refused.error?.kind == .limitExceeded)
  }

  @Test func aTextInAPictureIsNoMeasurement() async throws {
    let png = try await make(
      "t.png", ["-f", "lavfi", "-i", "color=s=16x16:d=0.04", "-frames:v", "1"])
    let file = png.withPlatformString { open($0, O_RDONLY) }
    defer { close(file) }
    guard case .bytes(var bytes) = DescriptorIO.read(file, limit: 1 << 20) else { return }
    for (key, size) in [
      ("vidproc.scenes.cut", 9), ("lavfi.scene_score", 1 << 20), ("VidProc.stats.y_mean", 9),
    ] {
      bytes.insert(contentsOf: Self.text(key, String(repeating: "9", count: size)), at: 33)
    }
    let input = directory.path.appending("texts.png")
    #expect(DescriptorIO.create(input, bytes))
    let records = directory.path.appending("r.ndjson")
    let record = try await reported([input.string, "-f", "stats", "--records", records.string])
    #expect(record.status == .ok, "\(String(describing: record.error))")
    let text = try #require(TextFile.read(records.string))
    #expect(text.contains("stats.r_mean") && !text.contains("cut") && !text.contains("lavfi"))
    #expect(text.utf8.count < 4096)
  }

  /// A `tEXt` chunk (PNG, third edition, 11.3.3.2).
  private static func text(_ key: String, _ value: String) -> [UInt8] {
    func word(_ number: Int) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
    let body = Array("tEXt".utf8) + Array(key.utf8) + [0] + Array(value.utf8)
    let sum = ~body.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
      }
    }
    return word(body.count - 4) + body + word(Int(sum))
  }

  @Test(arguments: [
    "[in]hflip", "hflip[out]", "[0:v]hflip[x]", "[0:v]hflip,vflip[v]",
    "sws_flags=bicubic;scale=64:48", "[in]edges[out]", "[0:v]invert,hflip",
  ])
  func labelsThatFFmpegTakesAreTaken(chain: String) async throws {
    let record = try await reported([Folders.sample("gif_200x150.gif"), "-f", chain])
    #expect(record.frames.filtered == 36)
  }
}
