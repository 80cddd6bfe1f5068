import Subprocess
import SystemPackage
import Testing

@testable import FramePool

/// The program of `Examples/Posterize`: a filter that vidproc has not, in vidproc's pool.
@Suite struct ExampleTests {
  private func run(
    _ arguments: [String]
  ) async throws -> (output: String, errors: String, status: TerminationStatus) {
    let result = try await Subprocess.run(
      .path(Products.directory.appending("posterize-example")), arguments: Arguments(arguments),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return (result.standardOutput, result.standardError, result.terminationStatus)
  }

  @Test func aFilterOfOnesOwnRunsBesideTheOthers() async throws {
    let sample = Folders.sample("h264_aac_640x360.mp4")
    let output = try await run(["hflip,posterize=steps=4", sample]).output
    let sum = try await Run.program(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-i", sample, "-map", "0:v:0", "-vf",
        "hflip,lutyuv=y=floor(val/64)*64:u=val:v=val", "-fps_mode", "passthrough", "-c:v",
        "rawvideo", "-f", "md5", "-",
      ])
    #expect(output.hasPrefix("ok 125 md5:\(sum.dropFirst(4).prefix { $0 != "\n" })"), "\(output)")
  }

  @Test func itsOptionsAreCheckedLikeTheOthers() async throws {
    let result = try await run(["posterize=steps=1", Folders.sample("gif_200x150.gif")])
    #expect(result.output.contains("steps must be a whole number from 2 to 64"))
    #expect(result.status == .exited(64) && result.errors.isEmpty, "no crash is printed")
  }

  @Test func layoutsThatItDoesNotTakeAreConverted() async throws {
    let output = try await run(["posterize", Folders.samples.string]).output
    let lines = output.split(separator: "\n")
    #expect(lines.count == 11)
    #expect(lines.count { $0.hasPrefix("ok ") } == 10)
  }
}
