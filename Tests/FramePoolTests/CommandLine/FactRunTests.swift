import FoundationEssentials
import SystemPackage
import Testing

@testable import FramePool

/// What outputs say of their pictures beside the pixels: carried, or listed as a loss.
@Suite struct FactRunTests {
  private let directory = TemporaryDirectory()

  private var out: FilePath { directory.path.appending("out") }

  /// Makes a video with FFmpeg's own program.
  private func make(_ name: String, _ arguments: String...) async throws -> FilePath {
    try await directory.makeMedia(name, arguments)
  }

  /// Runs with an output directory.
  private func write(_ arguments: [String], status: Int32 = 0) async throws -> FileRecord {
    try await directory.record(
      ["--existing", "replace", "--output", out.string] + arguments, status: status)
  }

  private func output(_ record: FileRecord) throws -> FilePath {
    try #require(record.output?.path)
  }

  /// One value of each frame, as ffprobe prints them.
  private func frames(_ entry: String, of path: FilePath) async throws -> [String] {
    try await Run.program(
      "ffprobe",
      [
        "-v", "error", "-select_streams", "v:0", "-show_entries", entry, "-of", "csv=p=0",
        path.string,
      ]
    ).split(separator: "\n").map(String.init)
  }

  private func timecodes(of file: MediaProbe.File) -> Set<String> {
    Set(
      (file.streams.map(\.tags) + [file.format.tags]).compactMap { tags in
        tags?.first { $0.key.lowercased() == "timecode" }?.value
      })
  }

  // MARK: alpha

  /// A video whose alpha is a ramp, and its sum by libvpx's decoder.
  private func makeAlpha(_ codec: String) async throws -> (FilePath, [MediaProbe.Row]) {
    let path = try await make(
      "alpha.webm", "-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1", "-vf",
      "format=yuva420p,geq=lum='p(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='X*4'", "-c:v", codec,
      "-auto-alt-ref", "0")
    let text = try await Run.program(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-c:v", codec, "-i", path.string, "-f", "framemd5", "-"])
    let hashes = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .compactMap { $0.split(separator: " ").last.map(String.init) }
    return (path, hashes.map { MediaProbe.Row(time: 0, size: 0, hash: $0) })
  }

  @Test(arguments: ["libvpx", "libvpx-vp9"])
  func alphaBesideThePicturesIsKept(codec: String) async throws {
    let (input, wanted) = try await makeAlpha(codec)
    let record = try await write(
      ["--codec", "ffv1", "--container", "matroska", "--strict", input.string])
    #expect(record.losses == [])
    let rows = try await MediaProbe.frames(of: try output(record), stream: 0)
    #expect(rows.map(\.hash) == wanted.map(\.hash))
  }

  @Test func alphaComesBackFromWebM() async throws {
    let (input, _) = try await makeAlpha("libvpx-vp9")
    let record = try await write([input.string])
    let path = try output(record)
    #expect(try await MediaProbe.file(path).video?.tags?["alpha_mode"] == "1")
    let alpha = try await Run.program(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-c:v", "libvpx-vp9", "-i", path.string, "-vf"]
        + ["alphaextract,signalstats,metadata=print:key=lavfi.signalstats.YHIGH:file=-"]
        + ["-frames:v", "1", "-f", "null", "-"])
    #expect(alpha.contains("YHIGH=2"))
  }

  @Test(arguments: [["--codec", "h264"], ["--filter", "format=yuv420p"]])
  func noMarkWithoutAlpha(arguments: [String]) async throws {
    let (input, _) = try await makeAlpha("libvpx-vp9")
    let record = try await write(["--container", "matroska"] + arguments + [input.string])
    let video = try #require(try await MediaProbe.file(try output(record)).video)
    #expect(video.tags?["alpha_mode"] == nil)
    // What a filter takes away is no loss.
    #expect(record.losses.contains { $0.contains("alpha") } == (arguments[0] == "--codec"))
  }

  @Test func alphaIsListedWhereTheContainerHasNoPlaceForIt() async throws {
    let (input, _) = try await makeAlpha("libvpx-vp9")
    let record = try await write(["--codec", "vp9", "--container", "mp4", input.string])
    #expect(record.losses.contains { $0.contains("alpha") })
  }

  @Test func onlyDecodingGivesWhatFFmpegGives() async throws {
    let (input, _) = try await makeAlpha("libvpx-vp9")
    let path = directory.path.appending("r.json")
    let run = try await Run.vidproc(
      "run", "--quiet", "--checksum", "--report", path.string, input.string)
    #expect(run.status == 0)
    let sum = try await Run.program(
      "ffmpeg", ["-nostdin", "-v", "error", "-i", input.string, "-f", "md5", "-"])
    let own = try #require(try ReadReport(path).files.first?.checksum)
    #expect(sum.lowercased().contains(own.dropFirst("md5:".count)))
  }

  @Test func hdr10PlusBesideThePicturesIsListed() async throws {
    let (input, _) = try await makeAlpha("libvpx-vp9")
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: input.string)))
    // Another number for the block's addition, and the payload's first bytes.
    for index in bytes.indices.dropLast(16) where bytes[index...].starts(with: [0xee, 0x81, 0x01]) {
      guard bytes[index + 3] == 0xa5 else { continue }
      bytes[index + 2] = 4
      let start = index + 4 + (bytes[index + 4] & 0x80 != 0 ? 1 : 2)
      bytes.replaceSubrange(start..<start + 6, with: [0xb5, 0x00, 0x3c, 0x00, 0x01, 0x04])
    }
    let path = directory.path.appending("hdr.webm")
    #expect(DescriptorIO.create(path, bytes))
    let record = try await write([path.string])
    #expect(record.losses.contains { $0.hasPrefix("HDR10+ ") })
    let video = try #require(try await MediaProbe.file(try output(record)).video)
    #expect(video.tags?["alpha_mode"] == nil)
  }

  // MARK: what changes in mid-stream

  @Test func changingFieldsAreListed() async throws {
    let parts = try await [
      make("p.ts", "-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=1", "-c:v", "mpeg2video"),
      make(
        "i.ts", "-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=1", "-vf", "setfield=tff", "-c:v",
        "mpeg2video", "-flags", "+ildct+ilme"),
    ]
    let joined = try await make(
      "joined.ts", "-i", "concat:" + parts.map(\.string).joined(separator: "|"), "-c", "copy")
    let record = try await write(["--preset", "ultrafast", joined.string])
    #expect(record.losses.contains { $0.hasPrefix("field order: ") })
    let kept = try await write(["--codec", "ffv1", joined.string])
    #expect(!kept.losses.contains { $0.hasPrefix("field order: ") })
    let flags = try await frames("frame=interlaced_frame", of: try output(kept))
    #expect(Set(flags.map { $0.prefix(1) }) == ["0", "1"])
  }

  @Test func aChangingPixelShapeIsListed() async throws {
    var names: [String] = []
    for (index, shape) in ["12/11", "16/11"].enumerated() {
      names.append(
        try await make(
          "s\(index).ts", "-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=1", "-vf",
          "setsar=\(shape)", "-c:v", "libx264", "-preset", "ultrafast"
        ).string)
    }
    let joined = try await make(
      "joined.ts", "-i", "concat:" + names.joined(separator: "|"), "-c", "copy")
    let record = try await write(["--preset", "ultrafast", joined.string])
    #expect(record.losses.contains { $0.hasPrefix("pixel shape: ") })
    #expect(record.losses.contains { $0.contains("16/11") })
  }

  // MARK: timecode

  private func makeTimecode(_ code: String, rate: String, _ name: String) async throws -> FilePath {
    try await make(
      name, "-f", "lavfi", "-i", "testsrc=s=64x48:r=\(rate):d=3", "-c:v", "libx264", "-preset",
      "ultrafast", "-g", "10", "-timecode", code)
  }

  @Test(arguments: [
    ("01:00:00;00", "30000/1001", "2", "01:00:02;00"),
    ("00:00:59;20", "30000/1001", "1", "00:01:00;22"),
    ("09:59:58:10", "25", "2", "10:00:00:10"), ("23:59:59:00", "50", "1.5", "00:00:00:25"),
    ("00:00:10:00", "24000/1001", "1", "00:00:11:00"),
  ])
  func timecodeMovesWithTheStart(
    code: String, rate: String, start: String, wanted: String
  ) async throws {
    let input = try await makeTimecode(code, rate: rate, "tc.mov")
    for container in ["mp4", "matroska"] {
      let record = try await write(
        ["--preset", "ultrafast", "--container", container, "--start", start, input.string])
      #expect(record.status == .ok)
      #expect(record.losses == [], "\(container)")
      let file = try await MediaProbe.file(try output(record))
      #expect(timecodes(of: file) == [wanted], "\(container)")
    }
  }

  @Test(arguments: [
    (["--every", "2"], "30000/1001", "01:00:00;00", nil),
    (["--fps", "7"], "25", "01:00:00:10", nil), (["--keyframes"], "25", "01:00:00:10", nil),
    (["--every", "2"], "50", "01:00:00:30", "01:00:00:15"),
    (["--filter", "fps=60000/1001"], "30000/1001", "01:00:00;20", "01:00:00;40"),
    (["--filter", "trim=start=1"], "25", "01:00:00:10", nil),
  ])
  func aTimecodeOfAnotherRateIsConvertedOrListed(
    arguments: [String], rate: String, code: String, wanted: String?
  ) async throws {
    let input = try await makeTimecode(code, rate: rate, "tc.mov")
    for container in ["mov", "matroska"] {
      let record = try await write(
        ["--container", container, "--preset", "ultrafast"] + arguments + [input.string])
      #expect(record.status == .ok)
      let file = try await MediaProbe.file(try output(record))
      #expect(timecodes(of: file) == (wanted.map { [$0] } ?? []))
      #expect(record.losses.contains { $0.hasPrefix("timecode ") } == (wanted == nil))
    }
  }

  @Test func aTimecodeTrackIsNoLossWhereItIsMadeAnew() async throws {
    let input = try await makeTimecode("01:00:00;00", rate: "30000/1001", "tc.mov")
    for container in ["mov", "mp4"] {
      let record = try await write(
        ["--preset", "ultrafast", "--container", container, "--strict", input.string])
      #expect(record.status == .ok)
      let file = try await MediaProbe.file(try output(record))
      #expect(file.streams.count == 2)
      #expect(timecodes(of: file) == ["01:00:00;00"])
    }
  }

  // MARK: names and marks

  @Test func coversKeepTheirNamesAndNeverShareOne() async throws {
    let picture = try await make(
      "c.jpg", "-f", "lavfi", "-i", "testsrc=s=32x32:d=1", "-frames:v", "1")
    let input = try await make(
      "covers.mp4", "-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1", "-i", picture.string, "-i",
      picture.string, "-map", "0", "-map", "1", "-map", "2", "-c:v:0", "libx264", "-c:v:1", "copy",
      "-c:v:2", "copy", "-disposition:v:1", "attached_pic", "-disposition:v:2", "attached_pic")
    let record = try await write(["--preset", "ultrafast", "--container", "matroska", input.string])
    let file = try await MediaProbe.file(try output(record))
    #expect(
      file.streams.filter(\.isCover).map { $0.tags?["filename"] } == ["cover.jpg", "cover-2.jpg"])
  }

  @Test(arguments: ["hearing_impaired", "captions", "karaoke", "lyrics", "descriptions", "forced"])
  func dispositionsAreKeptOrListed(mark: String) async throws {
    let input = try await make(
      "d.mp4", "-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1", "-f", "lavfi", "-i",
      "sine=d=1", "-f", "lavfi", "-i", "sine=d=1", "-map", "0", "-map", "1", "-map", "2", "-c:v",
      "libx264", "-c:a", "aac", "-disposition:a:1", mark)
    let marked = try await MediaProbe.file(input).streams("audio").last?.disposition?[mark] == 1
    for container in ["matroska", "mp4"] {
      let record = try await write(
        ["--preset", "ultrafast", "--container", container, input.string])
      let kept =
        try await MediaProbe.file(try output(record)).streams("audio").last?.disposition?[mark] == 1
      let isListed = record.losses.contains {
        $0.hasPrefix("disposition of ") && $0.contains(mark.replacing("_", with: " "))
      }
      #expect(isListed == (marked && !kept), "\(container)")
    }
  }

  // MARK: log lines

  @Test func aComplaintAboutATimecodeIsNoDamage() async throws {
    let video = try await make(
      "a.dv", "-f", "lavfi", "-i", "testsrc=s=720x576:r=25:d=0.4", "-c:v", "dvvideo", "-pix_fmt",
      "yuv420p")
    // Without its timecode packs, whose number is 0x13.
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: video.string)))
    for offset in bytes.indices where offset % 80 >= 3 && bytes[offset] == 0x13 {
      if (offset % 12_000) / 80 == 1 || (offset % 12_000) / 80 == 2 { bytes[offset] = 0xff }
    }
    let input = directory.path.appending("b.dv")
    #expect(DescriptorIO.create(input, bytes))
    let path = directory.path.appending("r.json")
    let run = try await Run.vidproc("run", "--quiet", "--report", path.string, input.string)
    let record = try #require(try ReadReport(path).files.first)
    #expect(run.status == 0, "\(run.errors)")
    #expect(record.status == .ok)
    #expect(record.notes.contains { $0.contains("Detected timecode is invalid") })
  }
}
