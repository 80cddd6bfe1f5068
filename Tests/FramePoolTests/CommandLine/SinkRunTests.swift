import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// `--images`, `--sheet`, `--framehash`, `--y4m` and `--raw` as a user sees them.
@Suite struct SinkRunTests {
  private let directory = TemporaryDirectory()
  private let usual = Folders.sample("h264_aac_640x360.mp4")

  private var out: FilePath { directory.path.appending("out") }

  private func run(_ arguments: [String], status: Int32 = 0) async throws {
    let run = try await Run.vidproc(["run", "--quiet"] + arguments)
    #expect(run.status == status, "\(run.errors)")
  }

  @Test(arguments: [
    "h264_aac_640x360.mp4", "hevc_10bit_hdr_480x270.mkv", "mpeg2_interlaced_480x576.mpg",
    "ffv1_alpha_160x120.mkv", "vp9_odd_321x241.webm",
  ])
  func checksumsOfFramesAreFFmpegsFile(name: String) async throws {
    let file = directory.path.appending("h.txt")
    try await run(["--framehash", file.string, Folders.sample(name)])
    let wanted = try await Run.program(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-i", Folders.sample(name), "-map", "0:v:0"]
        + ["-f", "framemd5", "-"])
    #expect(TextFile.read(file.string) == wanted)
  }

  @Test func severalVideosNeedNamesForTheirChecksums() async throws {
    let other = Folders.sample("gif_200x150.gif")
    try await run(
      ["--framehash", directory.path.appending("h.txt").string, usual, other], status: 64)
    try await run(
      ["--framehash", directory.path.appending("{name}.md5").string, usual, other])
    #expect(directory.names() == ["gif_200x150.md5", "h264_aac_640x360.md5"])
  }

  @Test func framesGoIntoAPipe() async throws {
    for (flag, options) in [
      ("--raw", ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", "640x360"]),
      ("--y4m", ["-f", "yuv4mpegpipe"]),
    ] {
      let file = directory.path.appending("frames")
      let shell = "\(Products.vidproc) --quiet \(flag) - \(usual) > \(file)"
      _ = try await Run.program("sh", ["-c", shell])
      let frames = try await Run.program(
        "ffmpeg", ["-v", "error"] + options + ["-i", file.string, "-f", "md5", "-"])
      let wanted = try await Run.program(
        "ffmpeg",
        ["-v", "error", "-i", usual, "-map", "0:v", "-c:v", "rawvideo", "-f", "md5", "-"])
      #expect(frames == wanted, "\(flag)")
    }
    try await run(["--raw", "-", usual, Folders.sample("gif_200x150.gif")], status: 64)
  }

  @Test func aReaderThatGoesAwayEndsTheRun() async throws {
    let shell = "\(Products.vidproc) --quiet --raw - \(usual) 2>/dev/null | head -c 1000 | wc -c"
    #expect(try await Run.program("sh", ["-c", shell]).contains("1000"))
  }

  @Test func everyFrameBecomesAPicture() async throws {
    let rgb = Folders.sample("ffv1_alpha_160x120.mkv")
    try await run(
      ["--images", "png", "--image-name", "{name}-{frame}", "--output", out.string]
        + ["--filter", "format=rgba", rgb])
    let place = out.appending("ffv1_alpha_160x120")
    let pictures = try await Run.program("ls", ["-A", place.string]).split(separator: "\n")
    #expect(pictures.count == 20)
    #expect(pictures.first == "ffv1_alpha_160x120-000001.png")
    let read = try await Run.program(
      "ffmpeg",
      ["-v", "error", "-i", place.appending("ffv1_alpha_160x120-%06d.png").string]
        + ["-c:v", "rawvideo", "-f", "md5", "-"])
    let wanted = try await Run.program(
      "ffmpeg",
      ["-v", "error", "-i", rgb, "-vf", "format=rgba", "-c:v", "rawvideo", "-f", "md5", "-"])
    #expect(read == wanted)
    #expect(try await Run.program("ls", ["-A", out.string]) == "ffv1_alpha_160x120\n")
  }

  @Test func picturesReplaceOldOnesAsAWhole() async throws {
    try await run(["--images", "jpg", "--frames", "9", "--output", out.string, usual])
    try await run(["--images", "jpg", "--frames", "9", "--output", out.string, usual], status: 1)
    try await run(
      ["--images", "webp", "--frames", "4", "--output", out.string, "--existing", "replace", usual])
    let names = try await Run.program("ls", [out.appending("h264_aac_640x360").string])
    #expect(names == "000001.webp\n000002.webp\n000003.webp\n000004.webp\n")
    #expect(try await Run.program("ls", ["-A", out.string]) == "h264_aac_640x360\n")
  }

  @Test func aContactSheetIsOnePicture() async throws {
    try await run(["--sheet", "--output", out.string, usual])
    let sheet = try await MediaProbe.file(out.appending("h264_aac_640x360-sheet.png"))
    // Four columns of 320 pixels and four rows of 180, with gaps of 4.
    #expect(sheet.video?.width == 4 * 324 + 4)
    #expect(sheet.video?.height == 4 * 184 + 4)
  }

  @Test func aVideoIsWrittenBesideThemWhenItIsNamed() async throws {
    try await run(
      ["--sheet", "--container", "mp4", "--preset", "ultrafast", "--output", out.string, usual])
    let names = try await Run.program("ls", [out.string])
    #expect(names == "h264_aac_640x360-sheet.png\nh264_aac_640x360.mp4\n")
  }

  @Test func timesAreSpelt() {
    #expect(TimeStamp.text(0) == "0:00.000")
    #expect(TimeStamp.text(61.5) == "1:01.500")
    #expect(TimeStamp.text(3725.0042) == "1:02:05.004")
    #expect(TimeStamp.text(-0.25) == "-0:00.250")
  }
}
