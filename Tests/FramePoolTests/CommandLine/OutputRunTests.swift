import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// `--output` as a user sees it.
@Suite struct OutputRunTests {
  private let directory = TemporaryDirectory()
  private let usual = Folders.sample("h264_aac_640x360.mp4")

  private var out: FilePath { directory.path.appending("out") }
  private var reportPath: FilePath { directory.path.appending("r.json") }

  /// Runs with an output directory and reads the report.
  private func write(
    _ arguments: [String], status: Int32 = 0, to output: FilePath? = nil
  ) async throws -> ReadReport {
    let run = try await Run.vidproc(
      ["run", "--quiet", "--report", reportPath.string, "--output", (output ?? out).string]
        + ["--preset", "ultrafast"] + arguments)
    #expect(run.status == status, "\(run.errors)")
    return try ReadReport(reportPath)
  }

  /// The names in a directory, hidden ones too.
  private func names(_ path: FilePath) -> [String] {
    (Directory.names(in: path) ?? []).map(\.string).sorted()
  }

  // MARK: what is in an output

  @Test(arguments: [
    "h264_aac_640x360.mp4", "hevc_10bit_hdr_480x270.mkv", "vp9_odd_321x241.webm",
    "av1_320x180.mkv", "mpeg2_interlaced_480x576.mpg", "h264_vfr_400x300.mkv",
    "ffv1_alpha_160x120.mkv", "mjpeg_fullrange_320x240.mov", "h264_rotated_480x270.mp4",
  ])
  func losslessOutputsAreTheFramesAtTheirTimes(name: String) async throws {
    let input = Folders.samples.appending(name)
    let run = try await Run.vidproc(
      ["run", "--quiet", "--output", out.string, "--report", reportPath.string]
        + ["--codec", "ffv1", "--container", "matroska", "--verify", "full", input.string])
    #expect(run.status == 0, "\(run.errors)")
    let record = try #require(try ReadReport(reportPath).files.first)
    let output = try #require(record.output?.path)
    let stream = try #require(record.stream?.index)
    let before = try await MediaProbe.frames(of: input, stream: stream)
    let video = try #require(try await MediaProbe.file(output).video)
    let after = try await MediaProbe.frames(of: output, stream: video.index)
    #expect(record.frames.written == before.count)
    #expect(after.map(\.hash) == before.map(\.hash))
    let zero = try await MediaProbe.zero(of: input)
    #expect(zip(before, after).allSatisfy { abs($0.time - zero - $1.time) < 0.00101 })
  }

  @Test func soundTagsAndTheLengthAreThere() async throws {
    let report = try await write([usual])
    let record = try #require(report.files.first)
    #expect(record.status == .ok)
    #expect(record.losses == [])
    #expect(record.output?.path == out.appending("h264_aac_640x360.mp4"))
    #expect((record.outputBytes ?? 0) > 1000)
    let (before, after) = (
      try await MediaProbe.file(FilePath(usual)),
      try await MediaProbe.file(out.appending("h264_aac_640x360.mp4"))
    )
    #expect(after.format.duration == before.format.duration)
    #expect(after.streams("audio").map(\.codecName) == ["aac"])
    let sound = [
      try await MediaProbe.packets(of: FilePath(usual), stream: 1),
      try await MediaProbe.packets(of: out.appending("h264_aac_640x360.mp4"), stream: 1),
    ]
    #expect(sound[0] == sound[1])
    #expect(names(out) == ["h264_aac_640x360.mp4"], "no part is left")
  }

  @Test func highDynamicRangeStaysMarked() async throws {
    let input = Folders.samples.appending("hevc_10bit_hdr_480x270.mkv")
    let report = try await write([input.string])
    let output = try #require(report.files.first?.output?.path)
    let before = try #require(try await MediaProbe.file(input).video)
    let after = try #require(try await MediaProbe.file(output).video)
    #expect(after.codecName == "hevc")
    #expect(after.pixFmt == "yuv420p10le")
    #expect(after.colorPrimaries == before.colorPrimaries)
    #expect(after.colorTransfer == before.colorTransfer)
    #expect(after.colorSpace == before.colorSpace)
  }

  @Test func interlacedPicturesStayInterlacedAndTheirPixelsKeepTheirShape() async throws {
    let input = Folders.samples.appending("mpeg2_interlaced_480x576.mpg")
    let report = try await write([input.string])
    #expect(report.files.first?.losses == [])
    let output = try #require(report.files.first?.output?.path)
    #expect(output.extension == "mkv", "an MPEG program stream holds no H.264 with exact times")
    let before = try #require(try await MediaProbe.file(input).video)
    let after = try #require(try await MediaProbe.file(output).video)
    #expect(after.sampleAspectRatio == before.sampleAspectRatio)
    #expect(after.fieldOrder == before.fieldOrder)
  }

  @Test func rotationIsAppliedOrKeptAsAMark() async throws {
    let input = Folders.sample("h264_rotated_480x270.mp4")
    let turned = try await write([input])
    let turnedFile = try #require(turned.files.first?.output?.path)
    let upright = try #require(try await MediaProbe.file(turnedFile).video)
    #expect(upright.width == 270)
    #expect(upright.sideDataList?.contains { $0.rotation != nil } ?? false == false)
    let kept = try await write(["--rotate", "keep", "--existing", "replace", input])
    let keptFile = try #require(kept.files.first?.output?.path)
    let marked = try #require(try await MediaProbe.file(keptFile).video)
    #expect(marked.width == 480)
    #expect(marked.sideDataList?.contains { abs($0.rotation ?? 0) == 90 } ?? false)
    let lost = try await write(
      ["--rotate", "keep", "--container", "matroska", "--existing", "replace", input])
    #expect(lost.files.first?.losses.contains { $0.contains("rotation") } ?? false)
  }

  @Test func aWindowKeepsSoundAndPictureInStep() async throws {
    let report = try await write(["--start", "1.5", "--duration", "2", usual])
    let output = try #require(report.files.first?.output?.path)
    let frames = try await MediaProbe.frames(of: output, stream: 0)
    #expect(frames.count == 50)
    // Frame 38, at 1.52 s, is the first in the window.
    #expect(abs((frames.first?.time ?? -1) - 0.02) < 0.0011)
    let before = try await MediaProbe.packets(of: FilePath(usual), stream: 1)
    let after = try await MediaProbe.packets(of: output, stream: 1)
    let wanted = before.filter { $0.time >= 1.5 && $0.time < 3.5 }
    #expect(after.map(\.hash) == wanted.map(\.hash))
    #expect(
      zip(after, wanted).allSatisfy { abs($0.time + 1.5 - $1.time) < 0.0011 },
      "both begin at the window's start")
  }

  @Test func soundEndsWithTheLastOfSoManyFrames() async throws {
    let report = try await write(["--frames", "25", usual])
    let output = try #require(report.files.first?.output?.path)
    let sound = try await MediaProbe.packets(of: output, stream: 1)
    #expect(try await MediaProbe.frames(of: output, stream: 0).count == 25)
    #expect((sound.last?.time ?? 0) < 1.0)
    #expect((sound.last?.time ?? 0) > 0.95)
  }

  @Test func whatCannotBeCarriedIsListedAndStrictRefusesIt() async throws {
    let alpha = Folders.sample("ffv1_alpha_160x120.mkv")
    let report = try await write(["--codec", "h264", alpha])
    #expect(report.files.first?.losses.contains { $0.contains("alpha") } ?? false)
    let strict = try await write(
      ["--codec", "h264", "--strict", "--existing", "replace", alpha, usual], status: 1)
    #expect(strict.files.map(\.status) == [.failed, .ok])
    #expect(strict.files[0].error?.kind == .outputFailed)
    #expect(strict.files[0].error?.message.contains("alpha") ?? false)
    #expect(strict.files[0].attempts == 0, "known before its worker starts")
  }

  @Test func streamsCanBeLeftOut() async throws {
    let report = try await write(["--audio", "none", usual])
    let output = try #require(report.files.first?.output?.path)
    #expect(try await MediaProbe.file(output).streams("audio").isEmpty)
    #expect(report.files.first?.losses == [], "what is asked for is no loss")
  }

  @Test func noFrameIsNoOutput() async throws {
    let report = try await write(["--filter", "select=0", usual], status: 1)
    #expect(report.files.first?.error?.kind == .outputFailed)
    #expect(report.files.first?.error?.message.contains("no frame came out") ?? false)
    #expect(names(out) == [])
  }

  @Test(arguments: [
    ("aac", "aac", "mp4"), ("opus", "opus", "matroska"), ("flac", "flac", "matroska"),
    ("aac", "aac", "matroska"), ("mp3", "mp3", "mp4"), ("pcm_s16le", "pcm_s16le", "mov"),
  ])
  func soundCanBeEncodedAnewAndStaysInStep(
    codec: String, name: String, container: String
  ) async throws {
    // Noise, since only that is like itself at one place alone.
    let input = directory.path.appending("noise.mp4")
    _ = try await Run.program(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=4"]
        + ["-f", "lavfi", "-i", "anoisesrc=r=48000:d=4:a=0.3:c=brown:seed=1", "-c:v", "mpeg4"]
        + ["-c:a", "aac", "-b:a", "192k", input.string])
    let report = try await write(["--audio", codec, "--container", container, input.string])
    #expect(report.files.first?.losses == [])
    let output = try #require(report.files.first?.output?.path)
    let sound = try #require(try await MediaProbe.file(output).streams("audio").first)
    #expect(sound.codecName == name)
    let (before, after) = (try await wave(input), try await wave(output))
    #expect(abs(before.count - after.count) <= 2)
    let lags = (-100...100).map { ($0, correlation(before, after, lag: $0)) }
    let best = try #require(lags.max { $0.1 < $1.1 })
    #expect(abs(best.0) <= 8, "in step to a millisecond, which is eight samples")
    #expect(best.1 > 0.9)
  }

  /// The sound from the first to the third second, at 8 kHz.
  private func wave(_ path: FilePath) async throws -> [Double] {
    let file = directory.path.appending("wave")
    _ = try await Run.program(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-y", "-copyts", "-i", path.string, "-map", "0:a"]
        + ["-af", "atrim=1:3", "-ac", "1", "-ar", "8000", "-f", "s16le", file.string])
    return samples(file)
  }

  private func samples(_ path: FilePath) -> [Double] {
    let file = path.withPlatformString { Glibc.open($0, O_RDONLY) }
    defer { close(file) }
    var bytes: [UInt8] = []
    while case .bytes(let more) = DescriptorIO.read(file) { bytes += more }
    return stride(from: 0, to: bytes.count - 1, by: 2).map { place in
      Double(Int16(bitPattern: UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8))
    }
  }

  private func correlation(_ a: [Double], _ b: [Double], lag: Int) -> Double {
    var (product, one, other) = (0.0, 0.0, 0.0)
    for place in 200..<min(a.count, b.count) - 200 {
      product += a[place] * b[place + lag]
      one += a[place] * a[place]
      other += b[place + lag] * b[place + lag]
    }
    return product / max(1, (one * other).squareRoot())
  }

  @Test func aDamagedVideoIsWrittenAsFarAsItGoes() async throws {
    let report = try await write([Folders.sample("truncated_h264_480x270.mkv")], status: 1)
    let record = try #require(report.files.first)
    #expect(record.status == .damaged)
    #expect(record.frames.written == record.frames.decoded)
    #expect(record.output != nil)
  }

  // MARK: encoders

  @Test(arguments: [
    (["--codec", "h265x"], "did you mean"),
    (["--codec", "h264", "--encoder-option", "sgop=3"], "no option 'sgop'"),
    (["--codec", "h264", "--preset", "vryfast"], "cannot be opened"),
    (["--codec", "prores", "--crf", "20"], "has no --crf"),
    (["--codec", "ffv1", "--container", "webm"], "cannot hold"),
    (["--container", "mp5"], "there is no container"),
    (["--codec", "h264", "--pixel-format", "rgb24"], "does not take rgb24"),
    (["--codec", "h264", "--pixel-format", "yuv42p"], "did you mean"),
    (["--audio", "aacc"], "did you mean"),
    (["--name", "{nam}"], "there are {name}, {index} and {filter}"),
    (["--crf", "20", "--bitrate", "1M"], "exclude each other"),
    (["--image-name", "{frame}"], "requires --images"),
    (["--y4m", "file"], "standard output only"),
  ])
  func whatCannotBeEncodedIsToldBeforeAnyWork(arguments: [String], words: String) async throws {
    let run = try await Run.vidproc(
      ["run", "--quiet", "--output", out.string, usual] + arguments)
    #expect(run.status == 64, "\(run.errors)")
    #expect(run.errors.contains(words), "\(run.errors)")
    #expect(names(out) == [])
  }

  @Test(arguments: [
    ("h264", "h264", "mp4"), ("hevc", "hevc", "mp4"), ("av1", "av1", "mp4"),
    ("vp9", "vp9", "webm"), ("ffv1", "ffv1", "matroska"), ("prores", "prores", "mov"),
    ("mjpeg", "mjpeg", "mov"), ("mpeg4", "mpeg4", "mp4"), ("mpeg2video", "mpeg2video", "matroska"),
    ("libx264rgb", "h264", "matroska"),
  ])
  func everyCodecWritesEveryFrameAtItsTime(
    codec: String, name: String, container: String
  ) async throws {
    let input = Folders.samples.appending("h264_vfr_400x300.mkv")
    let run = try await Run.vidproc(
      ["run", "--quiet", "--output", out.string, "--codec", codec, "--container", container]
        + ["--verify", "full", "--frames", "30", input.string])
    #expect(run.status == 0, "\(run.errors)")
    let file = out.appending(names(out).first ?? "none")
    let video = try #require(try await MediaProbe.file(file).video)
    #expect(video.codecName == name)
    let before = try await MediaProbe.frames(of: input, stream: 0, ["-frames:v", "30"])
    let after = try await MediaProbe.frames(of: file, stream: video.index)
    #expect(after.count == 30)
    let zero = try await MediaProbe.zero(of: input)
    #expect(zip(before, after).allSatisfy { abs($0.time - zero - $1.time) < 0.00101 })
  }

  // MARK: names

  @Test func existingFilesAreSettledByThePolicy() async throws {
    _ = try await write([usual])
    let output = out.appending("h264_aac_640x360.mp4")
    let first = TextFile.read(output.string)
    #expect(first != nil)
    let failed = try await write(["--crf", "40", usual], status: 1)
    #expect(failed.files.first?.error?.kind == .refused)
    #expect(failed.files.first?.attempts == 0)
    let skipped = try await write(["--crf", "40", "--existing", "skip", usual])
    #expect(skipped.files.first?.status == .skipped)
    #expect(TextFile.read(output.string) == first)
    _ = try await write(["--crf", "40", "--existing", "replace", usual])
    #expect(TextFile.read(output.string) != first)
    #expect(names(out) == ["h264_aac_640x360.mp4"])
  }

  @Test func sourcesAreNeverWrittenTo() async throws {
    let copy = directory.path.appending("clip.mp4")
    _ = try await Run.program("cp", [usual, copy.string])
    let before = TextFile.read(copy.string)
    let same = try await write(
      ["--existing", "replace", copy.string], status: 1, to: directory.path)
    #expect(same.files.first?.error?.message.contains("is the input") ?? false)
    // Through a link to the directory, and through a hard link in it.
    let link = directory.path.appending("link")
    _ = directory.path.withPlatformString { from in link.withPlatformString { symlink(from, $0) } }
    let linked = try await write(["--existing", "replace", copy.string], status: 1, to: link)
    #expect(linked.files.first?.error?.message.contains("is the input") ?? false)
    _ = out.withPlatformString { mkdir($0, 0o755) }
    _ = copy.withPlatformString { from in
      out.appending("clip.mp4").withPlatformString { Glibc.link(from, $0) }
    }
    let hard = try await write(["--existing", "replace", copy.string], status: 1)
    #expect(hard.files.first?.error?.message.contains("is the input") ?? false)
    #expect(TextFile.read(copy.string) == before)
  }

  @Test func equalNamesAreRefusedWhateverTheirCase() async throws {
    var inputs: [String] = []
    for name in ["a/clip.mp4", "b/clip.mkv", "c/CLIP.mp4", "d/other.mp4"] {
      let file = directory.write("", to: name)
      _ = try await Run.program("cp", [usual, file.string])
      inputs.append(file.string)
    }
    let report = try await write(["--container", "matroska"] + inputs, status: 1)
    #expect(report.files.map(\.status) == [.failed, .failed, .failed, .ok])
    #expect(report.files[0].error?.message.contains("same name") ?? false)
    #expect(names(out) == ["other.mkv"])
    let told = try await write(
      ["--container", "matroska", "--name", "{index}-{name}", "--existing", "replace"] + inputs)
    #expect(told.totals.ok == 4)
    #expect(names(out).contains("1-clip.mkv"))
  }

  @Test func outputsOfOneRunAreNoInputsOfTheNext() async throws {
    _ = try await Run.program("cp", [usual, directory.path.appending("clip.mp4").string])
    let arguments = ["--recursive", "--frames", "2", directory.path.string]
    #expect(try await write(arguments).files.count == 1)
    #expect(try await write(["--existing", "skip"] + arguments).files.map(\.status) == [.skipped])
  }

  @Test func patternsAndTheTreeOfDirectories() async throws {
    for name in ["tree/one.mp4", "tree/deep/er/two.mp4"] {
      let file = directory.write("", to: name)
      _ = try await Run.program("cp", [usual, file.string])
    }
    let report = try await write([
      "--recursive", "--name", "{filter}/{name}", "--filter", "blur=sigma=2,invert", "--frames",
      "3", directory.path.appending("tree").string,
    ])
    #expect(report.totals.ok == 2)
    #expect(names(out) == ["blur-sigma-2-invert", "deep"])
    #expect(
      names(out.appending("deep").appending("er").appending("blur-sigma-2-invert")) == ["two.mp4"])
  }

  @Test func anyNameOfAFileIsCarriedOver() async throws {
    let odd: [[UInt8]] = [
      Array("line\nbreak 'quote' \"double\" $(x) %d".utf8), [0x66, 0xFF, 0xFE, 0x6F],
      Array(String(repeating: "n", count: 251).utf8), Array("-dash".utf8), Array("a:b|c".utf8),
    ]
    for name in odd {
      let file = directory.path.pushing(FilePath(bytes: name + ".mp4".utf8))
      let source = usual
      #expect(file.withPlatformString { to in source.withCString { symlink($0, to) } } == 0)
    }
    let report = try await write(["--frames", "2", directory.path.string])
    #expect(report.totals.ok == odd.count)
    for name in odd {
      let file = out.pushing(FilePath(bytes: name + ".mp4".utf8))
      #expect(file.withPlatformString { access($0, R_OK) } == 0, "\(file)")
    }
    let long = try await write(
      ["--frames", "2", "--name", "longer-{name}", "--existing", "replace", directory.path.string],
      status: 1)
    #expect(long.totals.failed == 1)
    #expect(long.files.contains { $0.error?.message.contains("255 bytes") ?? false })
  }

  @Test func fileTimesAreKeptOnRequest() async throws {
    let copy = directory.path.appending("clip.mp4")
    _ = try await Run.program("cp", [usual, copy.string])
    _ = try await Run.program("touch", ["-d", "2001-02-03 04:05:06", copy.string])
    _ = try await write(["--keep-times", "--frames", "2", copy.string])
    var (before, after) = (stat(), stat())
    _ = copy.withPlatformString { stat($0, &before) }
    _ = out.appending("clip.mp4").withPlatformString { stat($0, &after) }
    #expect(before.st_mtim.tv_sec == after.st_mtim.tv_sec)
  }

  // MARK: places

  @Test func aDirectoryThatCannotBeWrittenToIsToldBeforeAnyWork() async throws {
    let file = directory.write("no directory", to: "file")
    let report = try await write([usual], status: 1, to: file.appending("out"))
    #expect(report.files.first?.error?.kind == .outputFailed)
    #expect(report.files.first?.attempts == 0)
    #expect(report.files.first?.error?.message.contains("Not a directory") ?? false)
  }

  @Test func anotherFileSystemIsAPlaceLikeAnyOther() async throws {
    var template = "/dev/shm/framepool-test-XXXXXX".utf8CString.map { $0 }
    guard let made = mkdtemp(&template) else { return }
    let place = FilePath(platformString: made)
    let report = try await write(["--frames", "5", usual], to: place)
    #expect(report.totals.ok == 1)
    #expect(names(place) == ["h264_aac_640x360.mp4"])
    _ = try await Run.program("rm", ["-r", place.string])
  }

  @Test(.enabled(if: geteuid() == 0, "only root can mount a small file system"))
  func aFullDiskEndsTheBatchAndLeavesNothingHalf() async throws {
    _ = out.withPlatformString { mkdir($0, 0o755) }
    _ = try await Run.program("mount", ["-t", "tmpfs", "-o", "size=600k", "tmpfs", out.string])
    defer { _ = out.withPlatformString { umount2($0, Int32(MNT_DETACH)) } }
    guard try await Run.program("stat", ["-f", "-c", "%T", out.string]).hasPrefix("tmpfs") else {
      return
    }
    var inputs: [String] = []
    for index in 0..<6 {
      let file = directory.path.appending("\(index).mp4")
      let source = usual
      _ = file.withPlatformString { to in source.withCString { symlink($0, to) } }
      inputs.append(file.string)
    }
    let run = try await Run.vidproc(
      ["run", "--quiet", "--jobs", "1", "--report", reportPath.string, "--output", out.string]
        + ["--codec", "ffv1", "--container", "matroska"] + inputs)
    #expect(run.status == 1)
    let report = try ReadReport(reportPath)
    #expect(report.files.contains { $0.error?.kind == .diskFull })
    #expect(report.totals.cancelled >= 3, "nothing more is started")
    #expect(report.files.last?.error?.message.contains("is full") ?? false)
    #expect(names(out) == [], "ten seconds of FFV1 do not fit")
  }

  @Test(.enabled(if: geteuid() == 0, "only root can mount a small file system"))
  func aPlaceWithoutRoomForAPartLosesNothing() async throws {
    _ = out.withPlatformString { mkdir($0, 0o755) }
    // The directory itself and two files: a fourth thing, the part's directory, has no room.
    _ = try await Run.program(
      "mount", ["-t", "tmpfs", "-o", "size=1m,nr_inodes=3", "tmpfs", out.string])
    defer { _ = out.withPlatformString { umount2($0, Int32(MNT_DETACH)) } }
    guard try await Run.program("stat", ["-f", "-c", "%T", out.string]).hasPrefix("tmpfs") else {
      return
    }
    directory.write("mine", to: "out/one.txt")
    directory.write("mine", to: "out/two.txt")
    for sink in [[], ["--sheet"], ["--images", "png"]] {
      let report = try await write(["--frames", "3"] + sink + [usual], status: 1)
      #expect(report.files.first?.error?.kind == .diskFull)
      #expect(names(out) == ["one.txt", "two.txt"], "\(sink)")
    }
  }

  // MARK: what killed runs leave

  @Test func theNextRunSweepsAwayWhatAKilledOneLeft() async throws {
    directory.write("half", to: "out/.vidproc-1abc.part/0-0")
    directory.write("half", to: "out/.vidproc-1abc.part/1-0/000001.png")
    directory.write("mine", to: "out/notes.txt")
    _ = try await write(["--frames", "2", usual])
    #expect(names(out) == ["h264_aac_640x360.mp4", "notes.txt"])
  }

  @Test func aPartDirectoryThatIsInUseIsLeftAlone() async throws {
    let parts = PartDirectories()
    _ = out.withPlatformString { mkdir($0, 0o755) }
    let part = try parts.part(for: out.appending("x.mp4"), name: "0")
    PartDirectories.sweep(out)
    let place = part.removingLastComponent()
    #expect(place.withPlatformString { access($0, F_OK) } == 0)
    parts.release(part, of: out.appending("x.mp4"))
    #expect(names(out) == [])
  }

  // MARK: the plan

  private struct Plan: Decodable {
    struct File: Decodable {
      var action: String
      var outputs: [String]
      var reason: String?
      var plan: OutputPlan?
    }
    var schema: String
    var files: [File]
  }

  @Test func aDryRunTellsAndDoesNothing() async throws {
    let alpha = Folders.sample("ffv1_alpha_160x120.mkv")
    directory.write("taken", to: "out/h264_vfr_400x300.mp4")
    let run = try await Run.vidproc(
      ["run", "--output", out.string, "--dry-run", "--json", "--codec", "h264", "--container"]
        + ["mp4", usual, alpha, Folders.sample("h264_vfr_400x300.mkv")])
    #expect(run.status == 1, "one of them cannot be done")
    let plan = try JSONDecoder().decode(Plan.self, from: Data(run.output.utf8))
    #expect(plan.schema == "vidproc.plan/1")
    #expect(plan.files.map(\.action) == ["write", "write", "fail"])
    #expect(plan.files[0].plan?.encoder == "libx264")
    #expect(plan.files[0].plan?.streams.map(\.action) == [.encode, .copy])
    #expect(plan.files[1].plan?.losses.contains { $0.contains("alpha") } ?? false)
    #expect(plan.files[2].reason?.contains("there already") ?? false)
    #expect(names(out) == ["h264_vfr_400x300.mp4"])
    let table = try await Run.vidproc(
      ["run", "--output", out.string, "--dry-run", "--existing", "skip", usual])
    #expect(table.status == 0)
    #expect(table.output.contains("copy audio 1 (aac)"))
    #expect(table.output.contains("1 to do"))
  }
}
