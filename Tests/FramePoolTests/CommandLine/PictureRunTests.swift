import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// The pictures that are made of frames: their colours, the shape of their pixels, their names.
@Suite struct PictureRunTests {
  private let directory = TemporaryDirectory()
  private var out: FilePath { directory.path.appending("out") }

  private static let cases = Folders.package.removingLastComponent().appending("shared")
    .appending("cases")
  private static let hasCases = Directory.names(in: cases.appending("image-pixels")) != nil
  private static let missing: Comment = "no folder of cases beside the project; they are skipped"

  /// Makes a picture of an input's first frame and gives its path.
  private func picture(_ input: FilePath, _ format: String) async throws -> FilePath {
    let place = out.appending(format)
    let run = try await Run.vidproc(
      "run", "--quiet", "--images", format, "--frames", "1", "--output", place.string,
      "--existing", "replace", input.string)
    #expect(run.status == 0, "\(run.errors)")
    return place.appending(input.stem ?? "").appending("000001.\(format)")
  }

  /// The colour in the middle of a picture as a program that knows the format's rules sees it.
  private func colour(_ path: FilePath) async throws -> [Int] {
    let text = try await Run.program(
      "sh",
      [
        "-c",
        "ffmpeg -v error -i '\(path)' -vf 'crop=4:4,scale=1:1:flags=area,format=rgb24' -frames:v 1 -f rawvideo - "
          + "| od -An -tu1",
      ])
    let words = text.split { $0 == " " || $0 == "\n" }
    return words.compactMap { Int(String($0)) }
  }

  private func isNear(_ a: [Int], _ b: [Int]) -> Bool {
    a.count == 3 && b.count == 3 && zip(a, b).allSatisfy { abs($0 - $1) <= 6 }
  }

  @Test(.enabled(if: hasCases, missing), arguments: ["jpg", "webp", "png"])
  func theCaseIsRed(format: String) async throws {
    let input = Self.cases.appending("image-pixels").appending("red709.mp4")
    let seen = try await colour(picture(input, format))
    #expect(isNear(seen, [0xC0, 0x30, 0x20]), "\(seen)")
  }

  @Test(arguments: [
    "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p|bt709|tv",
    "scale=out_color_matrix=bt709:out_range=pc,format=yuv444p|bt709|pc",
    "scale=out_color_matrix=bt2020:out_range=tv,format=yuv420p10le|bt2020nc|tv",
    "scale=out_color_matrix=smpte170m:out_range=tv,format=yuv422p|smpte170m|tv",
    "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p|bt470bg|pc",
    "scale=out_color_matrix=bt601:out_range=tv,format=yuv420p|unknown|tv",
    "format=gbrp||", "format=rgba||",
  ])
  func coloursAreThoseOfPNG(recipe: String) async throws {
    let parts = recipe.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    // H.264 says which matrix it has.
    let input = directory.path.appending(parts[1].isEmpty ? "a.nut" : "a.mkv")
    // 720 rows and more, and fewer, are taken for different matrices where nothing is said.
    for size in ["64x48", "1280x720"] {
      var options = ["-vf", parts[0], "-c:v", "ffv1"]
      if !parts[1].isEmpty {
        options = ["-vf", parts[0], "-c:v", "libx264", "-preset", "ultrafast", "-qp", "0"]
        options += ["-colorspace", parts[1], "-color_range", parts[2]]
      }
      _ = try await Run.program(
        "ffmpeg",
        ["-v", "error", "-y", "-f", "lavfi", "-i", "color=0xC03020:s=\(size):r=25:d=0.04"]
          + options + [input.string])
      let wanted = try await colour(picture(input, "png"))
      #expect(isNear(wanted, [0xC0, 0x30, 0x20]), "png \(size): \(wanted)")
      for format in ["jpg", "webp"] {
        let seen = try await colour(picture(input, format))
        #expect(isNear(seen, wanted), "\(format) \(size): \(seen) instead of \(wanted)")
      }
    }
  }

  @Test(arguments: ["jpg", "webp"])
  func greyIsThatOfPNG(format: String) async throws {
    let input = directory.path.appending("g.nut")
    _ = try await Run.program(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "color=0x202020:s=64x48:d=0.04", "-vf", "format=gray"]
        + ["-c:v", "ffv1", input.string])
    let wanted = try await colour(picture(input, "png"))
    let seen = try await colour(picture(input, format))
    #expect(isNear(seen, wanted), "\(seen) instead of \(wanted)")
  }

  @Test(arguments: ["webp", "avi"])
  func videosOfSuchPicturesHaveTheirColoursToo(container: String) async throws {
    let input = directory.path.appending("a.mp4")
    _ = try await Run.program(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "color=0xC03020:s=64x48:d=0.2", "-vf"]
        + ["scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-colorspace", "bt709"]
        + ["-color_range", "tv", "-c:v", "libx264", "-preset", "ultrafast", input.string])
    let codec = container == "avi" ? ["--codec", "mjpeg"] : []
    let run = try await Run.vidproc(
      ["run", "--quiet", "--container", container, "--output", out.string] + codec
        + [input.string])
    #expect(run.status == 0, "\(run.errors)")
    // FFmpeg cannot read an animation of WebP; its first picture is one byte for byte.
    guard container == "avi" else { return }
    let seen = try await colour(out.appending("a.\(container)"))
    #expect(isNear(seen, [0xC0, 0x30, 0x20]), "\(seen)")
  }

  @Test func theShapeOfPixelsIsSaidOrTheyAreMadeSquare() async throws {
    var inputs = [directory.path.appending("a.mkv")]
    _ = try await Run.program(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=176x144:d=0.08", "-vf", "setsar=16/11"]
        + ["-c:v", "ffv1", inputs[0].string])
    if Self.hasCases {
      inputs.append(Self.cases.appending("image-pixels").appending("sar709.mp4"))
    }
    for input in inputs {
      let video = try #require(try await MediaProbe.file(input).video)
      let (width, height) = (try #require(video.width), try #require(video.height))
      for format in ["png", "jpg"] {
        let read = try await MediaProbe.file(picture(input, format)).video
        #expect(read?.sampleAspectRatio == "16:11", "\(format)")
        #expect(read?.width == width)
      }
      let webp = try await MediaProbe.file(picture(input, "webp")).video
      #expect(webp?.width == (width * 16 + 5) / 11)
      #expect(webp?.height == height)
      let preview = directory.path.appending("p.png")
      let run = try await Run.vidproc(
        "preview", "--filter", "negate", "--columns", "1", "--width", "160", "--output",
        preview.string, input.string)
      #expect(run.status == 0, "\(run.errors)")
      // Two rows of one picture, with gaps of 4 pixels, each of an even number of rows.
      let shown = try #require(try await MediaProbe.file(preview).video?.height)
      let exact = Double(160 * 11 * height) / Double(16 * width)
      let rows = Double((shown - 4) / 2 - 4)
      #expect(abs(rows - exact) <= 1, "\(rows) rows instead of \(exact)")
    }
  }

  @Test(arguments: ["{time}", "{name}-{time}", "x{time}x"])
  func noPictureIsWrittenOverAnother(pattern: String) async throws {
    let input = directory.path.appending("fast.mp4")
    _ = try await Run.program(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=32x32:r=5000:d=0.02", "-c:v", "libx264"]
        + ["-preset", "ultrafast", "-video_track_timescale", "90000", input.string])
    let count = try await MediaProbe.frames(of: input, stream: 0).count
    let run = try await Run.vidproc(
      "run", "--quiet", "--images", "png", "--image-name", pattern, "--output", out.string,
      input.string)
    #expect(run.status == 0, "\(run.errors)")
    #expect(Directory.names(in: out.appending("fast"))?.count == count)
  }

  @Test(.enabled(if: hasCases, missing)) func theCaseOfEqualTimesGivesAllPictures() async throws {
    let input = Self.cases.appending("image-name-time").appending("fps2000.mp4")
    let run = try await Run.vidproc(
      "run", "--quiet", "--images", "png", "--image-name", "{time}", "--output", out.string,
      input.string)
    #expect(run.status == 0, "\(run.errors)")
    #expect(Directory.names(in: out.appending("fps2000"))?.count == 200)
  }

  // MARK: too large ones

  @Test(.enabled(if: hasCases, missing)) func theHugeCaseIsBeyondTheLimit() async throws {
    let input = Self.cases.appending("huge-webp").appending("media__webp__black_large.webp")
    let run = try await Run.vidproc("run", input.string)
    let said = run.output + run.errors
    #expect(run.status == 1)
    #expect(
      said.contains("limitExceeded") && said.contains("16000x9000")
        && said.contains("--max-pixels"), "\(said)")
  }

  @Test(arguments: ["png", "webp", "tiff", "bmp", "gif", "jp2", "exr", "dpx", "sgi", "ppm", "qoi"])
  func picturesOfEveryFormatHaveTheLimit(format: String) async throws {
    let input = directory.path.appending("a.\(format)")
    _ = try await Run.program(
      "ffmpeg",
      ["-v", "error", "-strict", "-2", "-f", "lavfi", "-i", "testsrc2=s=320x240:d=0.04"]
        + ["-frames:v", "1", input.string])
    let run = try await Run.vidproc("run", "--max-pixels", "3000", input.string)
    let said = run.output + run.errors
    #expect(run.status == 1)
    #expect(said.contains("limitExceeded") && said.contains("320x240"), "\(said)")
  }

  /// The first frames are small, and one behind them is not: only decoding tells.
  @Test func aPictureThatGrowsIsBeyondTheLimitToo() async throws {
    let small = directory.path.appending("s.h264")
    let large = directory.path.appending("l.h264")
    for (path, size) in [(small, "64x48"), (large, "640x480")] {
      _ = try await Run.program(
        "ffmpeg",
        ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=\(size):d=0.4", "-c:v", "libx264"]
          + ["-preset", "ultrafast", path.string])
    }
    let both = directory.path.appending("b.h264")
    _ = try await Run.program("sh", ["-c", "cat '\(small)' '\(large)' > '\(both)'"])
    let run = try await Run.vidproc("run", "--max-pixels", "5000", both.string)
    let said = run.output + run.errors
    #expect(run.status == 1)
    #expect(said.contains("limitExceeded") && said.contains("--max-pixels"), "\(said)")
  }

  @Test func linesOfTheLogAreUnderstood() {
    let exceeds = "[webp] [IMGUTILS] Picture size 16000x9000 exceeds specified max pixel count 139"
    #expect(PixelLimit.refusedSize(in: exceeds) == .init(width: 16000, height: 9000))
    let beyond = "[png] [IMGUTILS] Picture size 65535x65535 is invalid"
    #expect(PixelLimit.refusedSize(in: beyond) == .init(width: 65535, height: 65535))
    #expect(PixelLimit.refusedSize(in: "[IMGUTILS] Picture size 0x16 is invalid") == nil)
    #expect(PixelLimit.refusedSize(in: "Picture size 99999999999999999999x2 is invalid") == nil)
    #expect(PixelLimit.refusedSize(in: "Picture size") == nil)
  }
}
