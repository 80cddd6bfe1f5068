import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// `vidproc run` as a user sees it: standard output, standard error, exit code.
@Suite struct RunCommandTests {
  private let directory = TemporaryDirectory()
  private let small = Folders.sample("gif_200x150.gif")
  private let usual = Folders.sample("h264_aac_640x360.mp4")
  private let damaged = Folders.sample("truncated_h264_480x270.mkv")

  private func reported(
    _ arguments: [String], input: String = ""
  ) async throws -> (Run, ReadReport) {
    let path = directory.path.appending("r.json")
    let run = try await Run.vidproc(["run", "--report", path.string] + arguments, input: input)
    return (run, try ReadReport(path))
  }

  @Test func theTableTellsWhatHappened() async throws {
    let run = try await Run.vidproc(small, usual)
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].split(separator: " ").map(String.init).starts(with: ["status", "frames"]))
    #expect(lines[1].hasPrefix("ok"))
    #expect(lines[1].hasSuffix(small))
    #expect(lines[2].contains(" 125 "))
    #expect(run.output.contains("2 files: 2 ok; 161 frames in"))
    #expect(run.output.contains("2 videos: 2 at once"))
    #expect(run.errors.contains("[2/2] ok"), "plain progress goes to standard error")
    #expect(!run.errors.contains("\u{1B}"), "no escape sequences in a pipe")
  }

  @Test func runIsTheDefault() async throws {
    #expect(try await Run.vidproc("run", "--quiet", small).status == 0)
    #expect(try await Run.vidproc("--quiet", small).status == 0)
  }

  @Test func quietTellsOnlyWhatWentWrong() async throws {
    let run = try await Run.vidproc("--quiet", small, damaged, "/no/such.mp4")
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("vidproc: damaged: \(damaged)"))
    #expect(lines[1].hasPrefix("vidproc: error: /no/such.mp4"))
  }

  @Test func damagedVideosCountAsDoneWhenAllowed() async throws {
    #expect(try await Run.vidproc("--quiet", damaged).status == 1)
    #expect(try await Run.vidproc("--quiet", "--allow-damaged", damaged).status == 0)
  }

  @Test func theReportHasWhatTheSchemaSays() async throws {
    let (run, report) = try await reported(["--checksum", usual, damaged])
    #expect(run.status == 1)
    let record = try #require(report.files.first)
    #expect(record.status == .ok)
    #expect(record.attempts == 1)
    #expect(record.host == "local")
    #expect(record.frames.decoded == 125)
    #expect(record.frames.filtered == 125)
    #expect(record.stream?.codec == "h264")
    #expect(record.stream?.pixelFormat == "yuv420p")
    #expect(record.stream?.width == 640)
    #expect(record.stream?.frameRate == 25)
    #expect(record.stream?.variableFrameRate == false)
    #expect(record.checksum?.hasPrefix("md5:") == true)
    #expect(record.sandbox.contains("no_new_privs"))
    #expect(record.seconds.decode > 0)
    #expect(record.peakMemoryBytes > 1_000_000)
    #expect(report.files[1].error?.kind == .corrupt)
    #expect(report.files[1].error?.log.isEmpty == false)
    #expect(report.totals.damaged == 1)
    #expect(report.tool.libraries["libavcodec"] != nil)
  }

  @Test func severalReportsAreWritten() async throws {
    let json = directory.path.appending("a.json").string
    let csv = directory.path.appending("a.CSV").string
    let run = try await Run.vidproc("--quiet", "--report", json, "--report", csv, small)
    #expect(run.status == 0)
    #expect(directory.names() == ["a.CSV", "a.json"])
  }

  @Test func everyEncodedSampleHasItsFrames() async throws {
    let (run, report) = try await reported(["--quiet", "--allow-damaged", Folders.samples.string])
    #expect(run.status == 0, "\(run.errors)")
    let frames = Dictionary(
      uniqueKeysWithValues: report.files.map {
        ($0.input.path.lastComponent?.string ?? "", $0.frames.decoded)
      })
    #expect(
      frames == [
        "av1_320x180.mkv": 100, "ffv1_alpha_160x120.mkv": 20, "gif_200x150.gif": 36,
        "h264_aac_640x360.mp4": 125, "h264_rotated_480x270.mp4": 90, "h264_vfr_400x300.mkv": 77,
        "hevc_10bit_hdr_480x270.mkv": 96, "mjpeg_fullrange_320x240.mov": 45,
        "mpeg2_interlaced_480x576.mpg": 100, "truncated_h264_480x270.mkv": 68,
        "vp9_odd_321x241.webm": 80,
      ])
    #expect(report.file("h264_vfr_400x300.mkv")?.stream?.variableFrameRate == true)
    #expect(report.file("h264_rotated_480x270.mp4")?.stream?.rotation == 90)
    #expect(report.file("mpeg2_interlaced_480x576.mpg")?.startOffset.map { $0 > 0 } == true)
  }

  @Test(
    arguments: [
      (nil, nil), ("invert", "negate"), ("hflip", "hflip"),
      ("fps=7,scale=100:-2", "fps=7,scale=100:-2"),
      ("split[a][b];[b]vflip[c];[a][c]hstack", "split[a][b];[b]vflip[c];[a][c]hstack"),
      ("setpts=2*PTS,tblend=all_mode=average", "setpts=2*PTS,tblend=all_mode=average"),
    ] as [(String?, String?)])
  func checksumsAreFFmpegs(filter: String?, ffmpegFilter: String?) async throws {
    let (_, report) = try await reported(
      ["--quiet", "--checksum", Folders.samples.string] + (filter.map { ["-f", $0] } ?? []))
    for record in report.files {
      let index = try #require(record.stream?.index)
      let text = try await Run.program(
        "ffmpeg",
        ["-nostdin", "-v", "quiet", "-i", record.input.path.string, "-map", "0:\(index)"]
          + (ffmpegFilter.map { ["-vf", $0] } ?? [])
          + ["-fps_mode", "passthrough", "-c:v", "rawvideo", "-f", "md5", "-"])
      let sum = text.split(separator: "\n").first.map { "md5:" + $0.dropFirst(4) }
      #expect(record.checksum == sum, "\(record.input.path)")
    }
  }

  @Test func grayscaleIsFFmpegsLumaWithNeutralChroma() async throws {
    let (_, report) = try await reported(["--quiet", "--checksum", "-f", "grayscale", usual])
    let text = try await Run.program(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-i", usual, "-map", "0:v:0", "-vf", "lutyuv=y=val:u=128:v=128",
        "-fps_mode", "passthrough", "-c:v", "rawvideo", "-f", "md5", "-",
      ])
    #expect(
      report.files[0].checksum == text.split(separator: "\n").first.map { "md5:" + $0.dropFirst(4) }
    )
  }

  @Test func turnedVideosAreTurnedUnlessToldOtherwise() async throws {
    let turned = Folders.sample("h264_rotated_480x270.mp4")
    let (_, upright) = try await reported(["--quiet", "--checksum", turned])
    let (_, kept) = try await reported(["--quiet", "--checksum", "--rotate", "keep", turned])
    let (_, ignored) = try await reported(["--quiet", "--checksum", "--rotate", "ignore", turned])
    let (_, byHand) = try await reported(
      ["--quiet", "--checksum", "--rotate", "ignore", "-f", "transpose=clock", turned])
    #expect(upright.files[0].checksum == byHand.files[0].checksum)
    #expect(kept.files[0].checksum == ignored.files[0].checksum)
    #expect(kept.files[0].checksum != upright.files[0].checksum)
  }

  @Test func theChecksumDoesNotDependOnJobsOrThreads() async throws {
    var sums: Set<String> = []
    for options in [
      ["-j1"], ["-j4"], ["--threads-per-job", "3"], ["-j2", "--threads-per-job", "2"],
    ] {
      let (_, report) = try await reported(["--quiet", "--checksum", usual] + options)
      sums.insert(report.files[0].checksum ?? "")
    }
    #expect(sums.count == 1)
  }

  @Test func aConversionForAFilterIsTold() async throws {
    let (_, report) = try await reported(["--quiet", "-f", "grayscale", small])
    #expect(report.files[0].conversions == ["bgra to gbrap for grayscale"])
    let run = try await Run.vidproc("-v", "-f", "grayscale", small)
    #expect(run.output.contains("converted: bgra to gbrap for grayscale"))
  }

  // MARK: - Inputs

  @Test func directoriesAndListsAreRead() async throws {
    let list = directory.write("\(small)\n\n\(usual)\n", to: "list.txt")
    let (run, report) = try await reported(["--quiet", "--files-from", list.string])
    #expect(run.status == 0)
    #expect(report.files.map { $0.input.path.string } == [small, usual])
    let (_, zero) = try await reported(
      ["--quiet", "--files-from", "-", "--null"], input: "\(small)\0\(usual)\0")
    #expect(zero.files.count == 2)
  }

  @Test func duplicatesAreSaidAndDoneOnce() async throws {
    let (run, report) = try await reported([small, small])
    #expect(run.status == 0)
    #expect(report.files.map(\.status) == [.ok, .skipped])
    #expect(run.output.contains("in the list already"))
  }

  @Test func namesWithNewlinesAndEscapesCannotMoveTheCursor() async throws {
    let name = "a\u{1B}[2J\nb.gif"
    let target = directory.path.appending(name)
    _ = target.withPlatformString { to in small.withCString { symlink($0, to) } }
    let run = try await Run.vidproc(target.string)
    #expect(run.status == 0)
    #expect(!(run.output + run.errors).contains("\u{1B}"))
    #expect(run.output.contains("a\\u{1b}[2J\\nb.gif"))
  }

  @Test func noInputIsAMistake() async throws {
    let run = try await Run.vidproc("run")
    #expect(run.status == 64)
    #expect(run.errors.contains("Name at least one video"))
    let empty = try await Run.vidproc("--quiet", directory.path.string)
    #expect(empty.status == 64)
    #expect(empty.errors.contains("No videos to process"))
  }

  // MARK: - Mistakes

  @Test(arguments: [
    (["-f", "grayscle"], "did you mean 'grayscale'?"),
    (["-f", "scale=widht=2"], "did you mean 'width'"),
    (["-f", "hflip,,vflip"], "missing between the commas"),
    (["-f", "scale=flags=nonsense"], "refused"),
    (["-f", "aecho"], "audio"),
    (["--report", "r.txt"], "must end in .json or .csv"),
    (["--report", "/dev/null/below/r.json"], "cannot be written"),
    (["--jobs", "0"], "--jobs"), (["--rotate", "left"], "--rotate"),
    (["--timeout", "0"], "--timeout"), (["--stream", "-1"], "--stream"),
    (["--quiet", "--verbose"], "exclude"), (["--null"], "--files-from"),
    (["--files-from", "/nonexistent"], "cannot be read"),
    (["--nonsense"], "--nonsense"),
  ])
  func whatWasTypedWrongIsRefusedBeforeAnyWork(options: [String], text: String) async throws {
    let run = try await Run.vidproc(options + [small])
    #expect(run.status == 64)
    #expect(run.errors.contains(text), "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(!run.errors.contains("[1/1]"), "no worker was started")
  }

  @Test func aStreamThatIsNoVideoIsThatFilesFailure() async throws {
    let (run, report) = try await reported(["--quiet", "--stream", "1", usual])
    #expect(run.status == 1)
    #expect(report.files[0].error?.kind == .noVideo)
  }

  @Test func aPictureThatIsTooLargeIsThatFilesFailure() async throws {
    let (run, report) = try await reported(["--quiet", "--max-pixels", "100000", usual, small])
    #expect(run.status == 1)
    #expect(report.files.map { $0.error?.kind } == [.limitExceeded, nil])
  }

  @Test func aChainThatDoesNotFitAVideoIsThatFilesFailure() async throws {
    let (run, report) = try await reported(["--quiet", "-f", "crop=400:300", usual, small])
    #expect(run.status == 1)
    #expect(report.files.map { $0.error?.kind } == [nil, .unsupported])
  }

  // MARK: - Progress

  @Test func jsonProgressIsOneObjectALine() async throws {
    let run = try await Run.vidproc("--progress", "json", small, damaged)
    #expect(run.status == 1)
    struct Event: Decodable {
      var event: String
      var index: Int?
      var totals: Report.Totals?
      var explanation: Explanation?
    }
    let events = try run.output.split(separator: "\n").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }
    #expect(events.first?.event == "planned")
    #expect(events.last?.event == "ended")
    #expect(events.last?.totals?.files == 2)
    #expect(events.last?.explanation?.sentences.first?.kind == .bound)
    #expect(events.filter { $0.event == "started" }.count == 2)
    #expect(events.filter { $0.event == "finished" }.count == 2)
  }

  @Test func noProgressIsNone() async throws {
    let run = try await Run.vidproc("--progress", "none", small)
    #expect(run.errors.isEmpty)
    #expect(!run.output.isEmpty)
  }

  @Test func barsAreErasedAtTheEnd() async throws {
    let run = try await Run.vidproc("--progress", "bar", small)
    #expect(run.errors.contains("/1 videos"))
    #expect(run.errors.hasSuffix("\u{1B}[J"))
  }
}

@Suite struct OtherCommandTests {
  @Test func helpNamesTheCommands() async throws {
    let run = try await Run.vidproc("--help")
    #expect(run.status == 0)
    for name in ["run (default)", "probe", "filters", "--version"] {
      #expect(run.output.contains(name))
    }
  }

  @Test func helpNamesEveryOption() async throws {
    let run = try await Run.vidproc("run", "--help")
    for option in [
      "--recursive", "--files-from", "--null", "--filter", "--stream", "--rotate", "--checksum",
      "--jobs", "--threads-per-job", "--timeout", "--max-pixels", "--allow-playlists",
      "--allow-damaged", "--report", "--progress", "--quiet", "--verbose",
    ] { #expect(run.output.contains(option), "\(option)") }
  }

  @Test func theVersionNamesTheLibraries() async throws {
    let run = try await Run.vidproc("--version")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("vidproc \(vidprocVersion)\nFFmpeg "))
    for name in ["libavcodec", "libavfilter", "libavformat", "libavutil", "libswscale"] {
      #expect(run.output.contains(name))
    }
  }

  @Test func helpLoadsNothingOfFFmpegsButLibavutil() async throws {
    let text = try await Run.program("ldd", [Products.vidproc])
    #expect(text.contains("libavutil"))
    for name in ["libavformat", "libavcodec", "libavfilter", "libswscale"] {
      #expect(!text.contains(name))
    }
  }

  @Test func probeTellsWhatAFileIs() async throws {
    let path = Folders.sample("h264_aac_640x360.mp4")
    let run = try await Run.vidproc("probe", path)
    #expect(run.status == 0)
    #expect(run.output.contains("* 0 video: h264, 640x360, yuv420p, 25 frames/s"))
    #expect(run.output.contains("1 audio: aac, 44100 Hz, 1 channels"))
    let json = try await Run.vidproc("probe", "--json", path)
    let probe = try JSONDecoder().decode(Probe.self, from: Data(json.output.utf8))
    #expect(probe.container.contains("mp4"))
    #expect(probe.streams.map(\.kind) == ["video", "audio"])
    #expect(probe.streams.map(\.isChosen) == [true, false])
  }

  @Test func probeTellsWhatIsWrong() async throws {
    let run = try await Run.vidproc("probe", "/no/such.mp4", Folders.sample("generate.sh"))
    #expect(run.status == 1)
    #expect(run.errors.contains("vidproc: error: /no/such.mp4 does not exist (notFound)"))
    #expect(run.errors.contains("notMedia"))
  }

  @Test func filtersAreListedAndDescribed() async throws {
    let list = try await Run.vidproc("filters")
    #expect(list.status == 0)
    #expect(list.output.hasPrefix("vidproc's own:\n  adjust "))
    #expect(list.output.contains("\n  grayscale "))
    #expect(list.output.contains("\n  scale "))
    let one = try await Run.vidproc("filters", "scale")
    #expect(one.output.contains("vidproc run clip.mp4 --filter 'scale="))
    let wrong = try await Run.vidproc("filters", "sclae")
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("Did you mean scale"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsAreMade(shell: String) async throws {
    let run = try await Run.vidproc("--generate-completion-script", shell)
    #expect(run.status == 0)
    #expect(run.output.contains("vidproc"))
  }

  @Test func aHostSaysHelloAndEndsWithItsInput() async throws {
    let run = try await Run.vidproc("host")
    #expect(run.status == 0)
    let hello = try #require(run.output.split(separator: "\n").first)
    let report = try Wire.decode(Wire.Report.self, from: hello.utf8)
    #expect(report.hello?.wire == Wire.version)
    #expect(
      report.hello?.tasks == [
        "check-encoder", "check-filters", "plan-output", "preview", "probe", "series", "video",
      ])
  }
}
