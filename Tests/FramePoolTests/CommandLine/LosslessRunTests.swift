import CFFmpeg
import FoundationEssentials
import SystemPackage
import Testing

@testable import FramePool

/// What a lossless encoder was given comes out again, whatever the size and the layout.
@Suite struct LosslessRunTests {
  private let directory = TemporaryDirectory()
  private var out: FilePath { directory.path.appending("out") }

  /// Three frames of noise, bare in NUT.
  private func noise(_ format: String, _ size: String) async throws -> FilePath {
    let path = directory.path.appending("\(format)-\(size).nut")
    let shape = "scale=\(size):flags=neighbor,format=\(format)"
    _ = try await Run.program(
      "ffmpeg",
      ["-v", "error", "-y", "-f", "lavfi", "-i", "nullsrc=s=256x256:r=25:d=0.12,format=gbrp16le"]
        + ["-vf", "geq=r='random(1)*65535':g='random(2)*65535':b='random(3)*65535',\(shape)"]
        + ["-c:v", "rawvideo", "-strict", "-2", path.string])
    return path
  }

  /// A layout in which what went in and what came out are compared.
  private func commonFormat(_ name: String) -> String {
    // FFmpeg's scaler leaves the last column of odd pictures out on the way into packed chroma.
    if name == "yuyv422" { return "yuv422p" }
    guard let format = PixelFormat(name), format.isRGB else { return name }
    return format.hasAlpha ? "rgba" : format.depth > 8 ? "gbrp16le" : "gbrp"
  }

  /// The sum of all frames in a layout, as FFmpeg decodes them.
  private func sum(_ path: FilePath, _ format: String) async throws -> String {
    try await Run.program(
      "ffmpeg", ["-v", "error", "-i", path.string, "-pix_fmt", format, "-f", "framemd5", "-"]
    )
    .split(separator: "\n").filter { !$0.hasPrefix("#") }
    .compactMap { $0.split(separator: ",").last.map(String.init) }.joined()
  }

  @Test(arguments: [
    "yuv410p", "yuv411p", "yuv420p", "yuv422p", "yuv440p", "yuv444p", "gray", "gbrp", "rgb24",
    "bgr0", "rgba", "yuv420p10le", "gbrp10le", "gbrp16le", "rgb48le", "nv12", "yuyv422", "gray16le",
  ])
  func ffv1IsExactAtAllSizes(format: String) async throws {
    var inputs: [FilePath] = []
    for size in ["1x1", "2x2", "3x3", "5x3", "1x9", "9x2", "17x13", "190x240", "191x241", "370x18"]
    {
      inputs.append(try await noise(format, size))
    }
    let report = directory.path.appending("r.json")
    let run = try await Run.vidproc(
      ["run", "--quiet", "--verify", "full", "--output", out.string, "--report", report.string]
        + ["--codec", "ffv1"] + inputs.map(\.string))
    #expect(run.status == 0, "\(run.errors)")
    // What is compared in has all the levels of both sides, and FFmpeg's scaler gets there exactly.
    let common = commonFormat(format)
    for record in try ReadReport(report).files {
      let output = try #require(record.output?.path)
      #expect(
        try await sum(output, common) == sum(record.input.path, common), "\(record.input.path)")
    }
  }

  @Test(arguments: [
    "ffvhuff|yuv420p", "ffvhuff|yuv422p10le", "ffvhuff|yuv411p", "huffyuv|rgb24", "huffyuv|yuv422p",
    "utvideo|gbrp", "utvideo|yuv420p", "qtrle|rgb24", "png|rgb48be", "png|gray",
    "magicyuv|yuva444p",
    "rawvideo|yuv420p", "rawvideo|bgr24",
  ])
  func otherLosslessEncodersAreProved(what: String) async throws {
    let parts = what.split(separator: "|").map(String.init)
    for size in ["64x48", "67x45"] {
      let input = try await noise(parts[1], size)
      let container = ["qtrle", "png"].contains(parts[0]) ? "mov" : "nut"
      let run = try await Run.vidproc(
        "run", "--quiet", "--verify", "full", "--output", out.string, "--codec", parts[0],
        "--container", container, input.string)
      #expect(run.status == 0, "\(size): \(run.errors)")
      // Odd sizes of shared chroma get a chroma of their own where the encoder has no other.
      let isWidened = size == "67x45" && ["ffvhuff", "huffyuv", "utvideo"].contains(parts[0])
      guard !(isWidened && parts[1].hasPrefix("yuv")) else { continue }
      let output = out.appending("\(parts[1])-\(size).\(container)")
      let common = commonFormat(parts[1])
      #expect(try await sum(output, common) == sum(input, common), "\(what) \(size)")
    }
  }

  @Test(arguments: [
    "libx264|qp=0|yuv420p", "libx264|qp=0|yuv420p10le", "libx264|crf=0|yuv420p",
    "libx264rgb|qp=0|rgb24", "libx265|x265-params=lossless=1|yuv420p",
    "libvpx-vp9|lossless=1|yuv420p",
  ])
  func encodersThatCanBeLosslessAreProved(what: String) async throws {
    let parts = what.split(separator: "|").map(String.init)
    let input = try await noise(parts[2], "64x48")
    for verification in ["ends", "full"] {
      let run = try await Run.vidproc(
        "run", "--quiet", "--verify", verification, "--output", out.string, "--existing", "replace",
        "--codec", parts[0], "--encoder-option", parts[1], "--container", "matroska", input.string)
      #expect(run.status == 0, "\(run.errors)")
    }
    let output = out.appending("\(parts[2])-64x48.mkv")
    let common = commonFormat(parts[2])
    #expect(try await sum(output, common) == sum(input, common))
  }

  /// What FFmpeg 5.1 loses when it is told to.
  @Test(arguments: ["ends", "full"]) func aLossIsFound(verification: String) async throws {
    let input = try await noise("yuv444p", "2x2")
    let run = try await Run.vidproc(
      "run", "--quiet", "--verify", verification, "--output", out.string, "--codec", "ffv1",
      "--encoder-option", "level=3", "--encoder-option", "slices=4", input.string)
    if FFmpegAge.isNewer, run.status == 0 { return }
    #expect(run.status == 1)
    #expect(run.errors.contains("outputFailed") || run.errors.contains("output"), "\(run.errors)")
    #expect(Directory.names(in: out).map(\.count) ?? 0 == 0)
  }

  @Test func reservedLevelsAreALoss() async throws {
    let input = directory.path.appending("all.nut")
    _ = try await Run.program(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "nullsrc=s=64x48:d=0.08,format=yuv422p10le", "-vf"]
        + ["geq=lum='random(1)*1023':cb='random(2)*1023':cr='random(3)*1023'"]
        + ["-c:v", "rawvideo", input.string])
    let report = directory.path.appending("r.json")
    let run = try await Run.vidproc(
      "run", "--quiet", "--output", out.string, "--codec", "v210", "--container", "mov",
      "--report", report.string, input.string)
    #expect(run.status == 0, "\(run.errors)")
    let losses = try ReadReport(report).files.first?.losses ?? []
    #expect(losses.contains { $0.hasPrefix("exact samples") }, "\(losses)")
  }

  // MARK: the sum itself

  /// Rows of zeros, and something else behind them.
  private func fill(_ frame: borrowing Frame, padding: UInt8) {
    frame.forEachPlane { _, plane, bytes, rows in
      for row in 0..<rows {
        let start = plane.base + row * plane.stride
        start.update(repeating: padding, count: plane.stride)
        start.update(repeating: 0, count: bytes)
      }
    }
  }

  @Test func equalPicturesHaveEqualSumsAndOthersHaveNot() throws {
    for name in [
      "yuv420p", "gbrp16le", "bgr0", "rgb24", "yuv420p10le", "p010le", "gray", "uyvy422",
    ] {
      let format = try #require(PixelFormat(name))
      let sum = try #require(FrameSum(of: format), "\(name)")
      let shape = FrameShape(width: 37, height: 5, pixelFormat: format)
      let one = try Frame(shape)
      let other = try Frame(shape)
      fill(one, padding: 0)
      fill(other, padding: 0xAA)
      // What lies behind the rows is not looked at.
      let (first, second) = (sum.sum(one), sum.sum(other))
      #expect(first == second, "\(name)")
      guard let plane = one.memory(ofPlane: 0) else { continue }
      var seen: Set<UInt64> = [first]
      for place in [0, 4, 36, plane.stride * 4 + 8] {
        // The topmost bit of a byte that is a sample's in all of them.
        plane.base[place] ^= name == "p010le" ? 0xC0 : 0x80
        let (isNew, _) = seen.insert(sum.sum(one))
        #expect(isNew, "\(name) \(place)")
      }
    }
    #expect(FrameSum(of: try #require(PixelFormat("monow"))) == nil)
  }

  @Test(arguments: [
    ("gbrp16le", "rgb48le", true), ("rgb24", "bgr0", true), ("nv12", "yuv420p", true),
    ("p010le", "yuv420p10le", true), ("gray16be", "gray16le", true), ("yuv420p", "gray", true),
    ("rgb24", "rgba", false), ("gray", "yuv420p", false), ("yuv420p", "yuv444p", false),
    ("yuv420p", "yuv420p10le", false), ("rgb565le", "rgb24", false),
    ("xyz12le", "yuv444p12le", false),
    ("pal8", "rgb24", false),
  ])
  func samplesThatAreThereAreMoved(from: String, to: String, isWhole: Bool) throws {
    let (source, target) = (try #require(PixelFormat(from)), try #require(PixelFormat(to)))
    #expect(source.movesWhole(to: target) == isWhole)
    guard isWhole, target.movesWhole(to: source) else { return }
    let frame = try Frame(FrameShape(width: 35, height: 7, pixelFormat: source))
    for (plane, rows) in source.planeHeights(height: 7).enumerated() {
      guard let memory = frame.memory(ofPlane: plane) else { continue }
      for place in 0..<memory.stride * rows {
        memory.base[place] = UInt8(truncatingIfNeeded: place &* 73 &+ plane)
      }
    }
    let there = try frame.moved(to: target)
    let again = try there.moved(to: source)
    let sum = try #require(FrameSum(of: source))
    let (before, after) = (sum.sum(frame), sum.sum(again))
    #expect(after == before)
  }
}
