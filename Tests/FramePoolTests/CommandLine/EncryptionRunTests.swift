import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// Encrypted files are said to be that, whatever a decoder makes of them.
@Suite struct EncryptionRunTests {
  private let directory = TemporaryDirectory()
  private var out: FilePath { directory.path.appending("out") }

  private static let cases = Folders.package.removingLastComponent().appending("shared")
    .appending("cases").appending("encrypted")
  private static let caseNames = (Directory.names(in: cases) ?? []).map(\.string).sorted()

  /// A second of video and sound.
  private func make(_ name: String, _ options: [String] = []) async throws -> FilePath {
    let path = directory.path.appending(name)
    _ = try await Run.program(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=160x120:d=1"]
        + [
          "-f", "lavfi", "-i", "sine=d=1", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac",
        ]
        + options + [path.string])
    return path
  }

  /// A copy of a file with its bytes changed.
  private func change(
    _ path: FilePath, to name: String, _ body: (inout [UInt8]) -> Void
  ) throws -> FilePath {
    var bytes = Array(try Data(contentsOf: URL(filePath: path.string)))
    body(&bytes)
    let changed = directory.path.appending(name)
    #expect(DescriptorIO.create(changed, bytes))
    return changed
  }

  /// Puts another code in front of a sample description of MP4.
  private func rename(_ code: String, to other: String, _ bytes: inout [UInt8]) {
    let entry = Array(code.utf8) + [0, 0, 0, 0]
    guard let place = bytes.firstRange(of: entry) else {
      Issue.record("there is no \(code)")
      return
    }
    bytes.replaceSubrange(place, with: Array(other.utf8) + [0, 0, 0, 0])
  }

  /// Whatever is asked for, it is encrypted, and nothing is written.
  private func isRefused(_ path: FilePath) async throws {
    for arguments in [
      ["run"], ["run", "--threads-per-job", "2"], ["probe"],
      ["run", "--output", out.string], ["run", "--output", out.string, "--dry-run"],
      ["run", "--output", out.string, "--images", "png"],
      ["run", "--output", out.string, "--sheet"],
      ["preview", "--filter", "negate", "--output", out.appending("p.png").string],
    ] {
      let run = try await Run.vidproc(arguments + [path.string])
      let said = run.output + run.errors
      #expect(run.status == 1, "\(path) \(arguments): \(said)")
      #expect(said.contains("is encrypted"), "\(path) \(arguments): \(said)")
      // A plan and a picture tell the reason without its class.
      let isTable = arguments.contains("--dry-run") || arguments[0] == "preview"
      #expect(said.contains("unsupported") || isTable, "\(path) \(arguments): \(said)")
      let left = try await Run.program("find", [out.string, "-type", "f"])
      #expect(left == "", "\(path) \(arguments)")
    }
  }

  @Test(
    .enabled(if: !caseNames.isEmpty, "no folder of cases beside the project; they are skipped"),
    arguments: caseNames)
  func realOnesAreRefused(name: String) async throws {
    try await isRefused(Self.cases.appending(name))
  }

  @Test(arguments: [[], ["-movflags", "frag_keyframe+empty_moov"]])
  func commonEncryptionIsRefused(options: [String]) async throws {
    try await isRefused(
      try await make(
        "a.mp4",
        options + ["-encryption_scheme", "cenc-aes-ctr"]
          + ["-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"]
          + ["-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"]))
  }

  @Test(arguments: ["drmi", "encv"])
  func protectedSampleDescriptionsAreRefused(code: String) async throws {
    let clear = try await make("a.mp4")
    try await isRefused(change(clear, to: "b.mp4") { rename("avc1", to: code, &$0) })
  }

  @Test func scrambledTransportStreamsAreRefused() async throws {
    let clear = try await make("a.ts")
    let scrambled = try change(clear, to: "b.ts") { bytes in
      for start in stride(from: 0, to: bytes.count, by: 188) {
        let name = Int(bytes[start + 1] & 0x1F) << 8 | Int(bytes[start + 2])
        guard name == 256, bytes[start + 3] & 0x10 != 0 else { continue }
        let hasField = bytes[start + 3] & 0x20 != 0
        bytes[start + 3] |= 0x80
        let payload = start + 4 + (hasField ? Int(bytes[start + 4]) + 1 : 0)
        for place in payload..<start + 188 { bytes[place] = UInt8(truncatingIfNeeded: place * 37) }
      }
    }
    try await isRefused(scrambled)
    let run = try await Run.vidproc("run", clear.string)
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test(arguments: ["drms", "enca"])
  func encryptedSoundIsLeftOut(code: String) async throws {
    let clear = try await make("a.mp4")
    let mixed = try change(clear, to: "b.mp4") { rename("mp4a", to: code, &$0) }
    let run = try await Run.vidproc(
      "run", "--preset", "ultrafast", "--output", out.string, mixed.string)
    #expect(run.status == 0, "\(run.errors)")
    let output = try await MediaProbe.file(out.appending("b.mp4"))
    #expect(output.streams.map(\.codecType) == ["video"])
    let plan = try await Run.vidproc(
      "run", "--dry-run", "--output", directory.path.appending("other").string, mixed.string)
    #expect((plan.output + plan.errors).contains("it is encrypted"), "\(plan.output)")
    let strict = try await Run.vidproc(
      "run", "--strict", "--output", directory.path.appending("strict").string, mixed.string)
    #expect(strict.status == 1)
  }

  @Test func damageIsNotTakenForEncryption() async throws {
    let clear = try await make("a.mp4")
    let damaged = try change(clear, to: "b.mp4") { bytes in
      for place in stride(from: 2000, to: 20000, by: 97) { bytes[place] ^= 0x55 }
    }
    let run = try await Run.vidproc("run", damaged.string)
    #expect(!(run.output + run.errors).contains("encrypted"))
    #expect((run.output + run.errors).contains("corrupt"))
  }
}
