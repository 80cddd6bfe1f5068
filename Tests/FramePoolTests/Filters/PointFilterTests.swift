import Foundation
import Testing

@testable import FramePool

/// Point filters against FFmpeg where it computes the same, and fused chains against their parts.
@Suite struct PointFilterTests {
  init() throws {
    try FFmpegLibraries.load(filters: true)
  }

  static let formats = [
    "yuv420p", "yuv422p10le", "yuv444p12le", "yuv410p", "yuv411p", "yuvj420p", "gray", "gray10le",
    "yuva420p", "yuva444p10le", "gbrp", "gbrp10le", "gbrap", "yuv440p",
  ]

  @Test(arguments: formats + ["rgb24", "rgba", "argb", "bgr24", "rgb48le", "rgba64le"])
  func invertIsFFmpegsNegate(format: String) throws {
    // negate knows no packed formats of 16 bits and no 9-bit ones; what it converts is not
    // compared.
    let theirs = try TestFrames.ffmpeg("negate", TestFrames.make(format))
    guard theirs.pixelFormat.name == format else { return }
    let ours = try TestFrames.own("invert", TestFrames.make(format))
    #expect(TestFrames.sum(ours) == TestFrames.sum(theirs))
  }

  @Test(arguments: ["yuv420p", "yuv422p", "yuv444p", "yuva420p"])
  func grayscaleIsFFmpegsHueWithoutSaturation(format: String) throws {
    let ours = try TestFrames.own("grayscale", TestFrames.make(format))
    let theirs = try TestFrames.ffmpeg("hue=s=0", TestFrames.make(format))
    #expect(TestFrames.sum(ours) == TestFrames.sum(theirs))
  }

  @Test(arguments: [false, true])
  func adjustIsTheFormula(isFullRange: Bool) throws {
    let (black, span) = isFullRange ? (0, 255) : (16, 219)
    let luma =
      "floor(\(black)+\(span)*pow(max(1.3*((val-\(black))/\(span)-0.5)+0.45\\,0)\\,1/1.4)+0.5)"
    let chroma = "floor(128+(val-128)*0.6+0.5)"
    let theirs = try TestFrames.ffmpeg(
      "lutyuv=y=clip(\(luma)\\,0\\,255):u=\(chroma):v=\(chroma)",
      TestFrames.make("yuv420p", isFullRange: isFullRange))
    let ours = try TestFrames.own(
      "adjust=contrast=1.3:brightness=-0.05:gamma=1.4:saturation=0.6",
      TestFrames.make("yuv420p", isFullRange: isFullRange))
    for plane in 0..<3 {
      #expect(
        TestFrames.samples(ours, plane: plane) == TestFrames.samples(theirs, plane: plane),
        "plane \(plane)")
    }
  }

  @Test func binarizeIsATable() throws {
    let ours = try TestFrames.own("binarize=0.4", TestFrames.make("yuv420p"))
    let theirs = try TestFrames.ffmpeg(
      "lutyuv=y=if(gte(val\\,103.6)\\,235\\,16):u=128:v=128", TestFrames.make("yuv420p"))
    #expect(TestFrames.sum(ours) == TestFrames.sum(theirs))
  }

  @Test func adjustWithoutOptionsChangesNothing() throws {
    for format in Self.formats {
      let frame = TestFrames.make(format)
      let before = TestFrames.sum(frame)
      #expect(TestFrames.sum(try TestFrames.own("adjust", frame)) == before, "\(format)")
    }
  }

  /// RGB through the plain definition, in floating point.
  @Test(arguments: ["gbrp", "gbrp10le", "gbrap"])
  func colourFiltersOnRGBAreTheirFormulas(format: String) throws {
    let frame = TestFrames.make(format)
    let maximum = Double(1 << frame.pixelFormat.depth - 1)
    // G, B, R.
    let (g, b, r) = (
      TestFrames.samples(frame, plane: 0), TestFrames.samples(frame, plane: 1),
      TestFrames.samples(frame, plane: 2)
    )
    let sepia = try TestFrames.own("sepia", TestFrames.make(format))
    let faded = try TestFrames.own("adjust=saturation=0.5", TestFrames.make(format))
    let (red, fadedRed) = (
      TestFrames.samples(sepia, plane: 2), TestFrames.samples(faded, plane: 2)
    )
    for index in r.indices {
      let luma =
        0.2126 * Double(r[index]) + 0.7152 * Double(g[index]) + 0.0722 * Double(b[index])
      #expect(abs(Double(red[index]) - min(luma * 1.351, maximum)) <= 1.5)
      let wanted = luma + (Double(r[index]) - luma) * 0.5
      #expect(abs(Double(fadedRed[index]) - wanted) <= 1.5)
    }
  }

  @Test func sepiaOnYUVIsTheSameColour() throws {
    // A gray ramp turned brown: what swscale makes RGB of must be the tones.
    let source = TestFrames.make("gray", width: 64, height: 64)
    let gray = TestFrames.samples(source, plane: 0)
    let yuv = try TestFrames.ffmpeg("format=yuv444p", source)
    let brown = try TestFrames.own("sepia", yuv)
    let rgb = try TestFrames.ffmpeg("scale=in_color_matrix=bt709,format=gbrp", brown)
    let red = TestFrames.samples(rgb, plane: 2)
    let blue = TestFrames.samples(rgb, plane: 1)
    for index in gray.indices {
      #expect(abs(Double(red[index]) - min(Double(gray[index]) * 1.351, 255)) <= 4)
      #expect(abs(Double(blue[index]) - Double(gray[index]) * 0.937) <= 4)
    }
  }

  @Test(
    arguments: formats,
    [
      "invert,adjust=gamma=1.4:contrast=1.1,binarize", "adjust=saturation=2,invert,sepia,invert",
      "grayscale,adjust=brightness=0.2,invert", "invert,invert", "binarize,sepia,adjust=gamma=2",
      "sepia,grayscale", "adjust=saturation=0.5,adjust=saturation=2,sepia,adjust=saturation=0.3",
    ])
  func aFusedChainIsItsPartsOneAfterTheOther(format: String, chain: String) throws {
    let fused = try #require(try TestFrames.filters(chain, fused: true).first)
    let source = TestFrames.make(format)
    guard fused.takes(source.pixelFormat) else { return }
    let reference = TestFrames.sum(try TestFrames.own(chain, TestFrames.make(format)))
    // In place, and where somebody else holds the frame too.
    for isShared in [false, true] {
      let frame = TestFrames.make(format)
      let other = isShared ? try frame.reference() : Frame()
      let before = isShared ? TestFrames.sum(other) : ""
      var output = FilterOutput()
      output.prepare(for: frame, fused, Rational(1, 25))
      try fused.filter(frame, into: &output)
      guard let result = output.take() else {
        Issue.record("no frame came out")
        return
      }
      #expect(TestFrames.sum(result) == reference, "shared: \(isShared)")
      if isShared { #expect(TestFrames.sum(other) == before, "the other's frame is as it was") }
    }
  }

  @Test func alphaStays() throws {
    for chain in ["invert", "adjust=brightness=0.3", "binarize", "sepia", "grayscale"] {
      for format in ["yuva420p", "gbrap", "yuva444p10le"] {
        let frame = TestFrames.make(format)
        let before = TestFrames.samples(frame, plane: 3)
        let after = try TestFrames.own(chain, frame)
        #expect(TestFrames.samples(after, plane: 3) == before, "\(chain) on \(format)")
      }
    }
  }
}
