import SystemPackage
import Testing

@testable import FramePool

/// `vidproc preview` as a user sees it.
@Suite struct PreviewTests {
  private let directory = TemporaryDirectory()
  private let usual = Folders.sample("h264_aac_640x360.mp4")

  private func preview(_ arguments: [String], _ input: String) async throws -> (Run, String) {
    let path = directory.path.appending("p.png")
    let run = try await Run.vidproc(["preview", input, "--output", path.string] + arguments)
    let facts = try await Run.program(
      "ffprobe",
      [
        "-v", "error", "-show_entries", "stream=codec_name,width,height,pix_fmt", "-of",
        "csv=p=0", path.string,
      ])
    return (run, facts)
  }

  @Test func thePictureHasTwoRows() async throws {
    let (run, facts) = try await preview(
      ["--filter", "invert", "--columns", "4", "--width", "160"], usual)
    #expect(run.status == 0, "\(run.errors)")
    // Four of 160 x 90 with gaps of 4, twice.
    #expect(facts.hasPrefix("png,660,192,rgb24"))
    #expect(directory.names() == ["p.png"])
  }

  @Test func theLowerRowIsTheUpperOneFiltered() async throws {
    let (run, _) = try await preview(
      ["--filter", "invert", "--columns", "1", "--width", "640", "--start", "2"], usual)
    #expect(run.status == 0)
    // The mean of a picture and of its negative add up to the whole range, nearly: 16 to 235.
    let text = try await Run.program(
      "ffmpeg",
      [
        "-v", "error", "-i", directory.path.appending("p.png").string, "-vf",
        "crop=640:360:4:4,format=gray,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-",
        "-f", "null", "-",
      ])
    let other = try await Run.program(
      "ffmpeg",
      [
        "-v", "error", "-i", directory.path.appending("p.png").string, "-vf",
        "crop=640:360:4:368,format=gray,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-",
        "-f", "null", "-",
      ])
    func mean(_ text: String) throws -> Double {
      try #require(text.split(separator: "=").last.flatMap { Double($0.prefix { $0 != "\n" }) })
    }
    #expect(abs(try mean(text) + mean(other) - 255) < 12)
  }

  @Test func aVideoWithFewerFramesHasFewerColumns() async throws {
    let (run, facts) = try await preview(
      ["--filter", "blur", "--columns", "5", "--width", "100", "--frames", "2"], usual)
    #expect(run.status == 0)
    #expect(facts.hasPrefix("png,212,"))
  }

  @Test func whatCannotBeDoneIsSaid() async throws {
    let wrong = try await preview(["--filter", "blur=sgima=1"], usual).0
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("did you mean 'sigma'"))
    let missing = try await preview(["--filter", "blur"], "/no/such.mp4").0
    #expect(missing.status == 1)
    #expect(missing.errors.contains("/no/such.mp4"))
    #expect(try await Run.vidproc("preview", usual, "--output", "x.png").status == 64)
    #expect(try await Run.vidproc("preview", usual, "-f", "blur", "--output", "x.gif").status == 64)
    #expect(directory.names().isEmpty)
  }
}
