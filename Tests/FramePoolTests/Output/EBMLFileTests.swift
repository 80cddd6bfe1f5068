import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// Sound's delay in Matroska, in files as FFmpeg's muxer writes them.
@Suite struct EBMLFileTests {
  private let directory = TemporaryDirectory()

  /// CRC-32 of IEEE 802.3, bit by bit: it knows nothing of the code that wrote the sum.
  private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
      }
    }
  }

  @Test(arguments: [[], ["--frames", "1"], ["--start", "1", "--duration", "1"]])
  func theDelayOfCopiedSoundIsWrittenWithARightChecksum(options: [String]) async throws {
    let run = try await Run.vidproc(
      ["-q", Folders.sample("h264_aac_640x360.mp4"), "--container", "matroska"]
        + ["--output", directory.path.string] + options)
    #expect(run.status == 0, "\(run.errors)")
    let path = directory.path.appending("h264_aac_640x360.mkv")
    let file = path.withPlatformString { open($0, O_RDONLY) }
    defer { close(file) }
    let range = try #require(EBMLFile(file).range(of: [EBMLFile.segment, EBMLFile.tracks]))
    var body = [UInt8](repeating: 0, count: range.count)
    #expect(pread(file, &body, body.count, off_t(range.lowerBound)) == body.count)
    // It begins with its checksum: two bytes in front of four, the lowest first.
    #expect(body.starts(with: [0xBF, 0x84]))
    let stored = body[2..<6].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    #expect(stored == checksum(body[6...]))
    let probed = try await Run.program(
      "ffmpeg", ["-v", "error", "-i", path.string, "-map", "0", "-c", "copy", "-f", "md5", "-"])
    #expect(probed.hasPrefix("MD5="), "FFmpeg reads it")
    if options.isEmpty {
      #expect(body.firstRange(of: [0x56, 0xAA, 0x84]) != nil, "CodecDelay is there")
    }
  }

  @Test func aNameThatIsOnlyMentionedIsNotTheElement() throws {
    // EBML header, Segment: SeekHead that mentions Tracks, then Tracks with one byte.
    let mention: [UInt8] = [0x53, 0xAB, 0x84, 0x16, 0x54, 0xAE, 0x6B]
    let seekHead: [UInt8] = [0x11, 0x4D, 0x9B, 0x74, 0x80 | UInt8(mention.count)] + mention
    let tracks: [UInt8] = [0x16, 0x54, 0xAE, 0x6B, 0x81, 0x2A]
    let segment = seekHead + tracks
    let bytes: [UInt8] =
      [0x1A, 0x45, 0xDF, 0xA3, 0x80]
      + [0x18, 0x53, 0x80, 0x67, 0x80 | UInt8(segment.count)] + segment
    let path = directory.path.appending("x.mkv")
    #expect(DescriptorIO.create(path, bytes))
    let file = path.withPlatformString { open($0, O_RDONLY) }
    defer { close(file) }
    let found = EBMLFile(file).range(of: [EBMLFile.segment, EBMLFile.tracks])
    #expect(found == bytes.count - 1..<bytes.count)
  }
}
