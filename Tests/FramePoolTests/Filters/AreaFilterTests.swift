import Foundation
import Testing

@testable import FramePool

/// Filters that look at neighbours, against calculations of another kind: FFmpeg's filters, or
/// plain arithmetic in double precision.
@Suite struct AreaFilterTests {
  init() throws {
    try FFmpegLibraries.load(filters: true)
  }

  /// A plane as numbers, with the nearest sample beyond the edges.
  private struct Plane {
    let samples: [Int]
    let width: Int
    var height: Int { samples.count / width }

    init(_ frame: borrowing Frame, plane: Int) {
      samples = TestFrames.samples(frame, plane: plane)
      width = frame.view(ofPlane: plane).width
    }

    func at(_ x: Int, _ y: Int) -> Double {
      Double(samples[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)])
    }

    /// Gaussian blur by its definition, cut off at three sigma.
    func blurred(_ sigmaX: Double, _ sigmaY: Double) -> [Double] {
      func weights(_ sigma: Double) -> [Double] {
        let radius = max(1, Int(saturating: 3 * sigma + 0.5))
        let all = (-radius...radius).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
        return all.map { $0 / all.reduce(0, +) }
      }
      let (wx, wy) = (weights(sigmaX), weights(sigmaY))
      var result: [Double] = []
      for y in 0..<height {
        for x in 0..<width {
          var sum = 0.0
          for (j, v) in wy.enumerated() {
            for (i, w) in wx.enumerated() {
              sum += v * w * at(x + i - wx.count / 2, y + j - wy.count / 2)
            }
          }
          result.append(sum)
        }
      }
      return result
    }
  }

  @Test(
    arguments: ["yuv420p", "yuv422p10le", "gray", "gbrp", "gray16le", "yuv411p"], [0.6, 2, 3.3])
  func blurIsAGaussian(format: String, sigma: Double) throws {
    let source = TestFrames.make(format, width: 50, height: 31)
    let (shiftX, shiftY) = (source.pixelFormat.chromaShiftX, source.pixelFormat.chromaShiftY)
    let result = try TestFrames.own(
      "blur=\(sigma)", TestFrames.make(format, width: 50, height: 31))
    for index in 0..<source.pixelFormat.componentCount {
      let isChroma = source.pixelFormat.isChroma(plane: index)
      let wanted = Plane(source, plane: index).blurred(
        sigma / (isChroma ? Double(1 << shiftX) : 1), sigma / (isChroma ? Double(1 << shiftY) : 1))
      let errors = zip(TestFrames.samples(result, plane: index), wanted).map {
        abs(Double($0) - $1)
      }
      // For 16 bits the weights' own rounding counts: a few in 65536.
      let limit = source.pixelFormat.depth > 12 ? 12.0 : 1
      #expect(errors.max() ?? 0 < limit, "plane \(index): \(errors.max() ?? 0)")
    }
  }

  @Test func blurIsFFmpegsGblurWithinItsError() throws {
    let ours = try TestFrames.own("blur=sigma=2", TestFrames.make("gray", width: 120, height: 90))
    let theirs = try TestFrames.ffmpeg(
      "gblur=sigma=2:steps=6", TestFrames.make("gray", width: 120, height: 90))
    // Its recursive form knows nothing of what is beyond the edges.
    let errors = zip(TestFrames.samples(ours, plane: 0), TestFrames.samples(theirs, plane: 0))
      .enumerated().filter {
        (14..<106).contains($0.offset % 120) && (14..<76).contains($0.offset / 120)
      }
      .map { abs($0.element.0 - $0.element.1) }
    #expect(errors.max() ?? 99 <= 3)
    #expect(Double(errors.reduce(0, +)) / Double(errors.count) < 0.7, "it cuts off where we round")
  }

  @Test(arguments: ["yuv420p", "gbrp10le"])
  func sharpenAddsWhatABlurTakes(format: String) throws {
    let source = TestFrames.make(format, width: 50, height: 31)
    let maximum = Double(1 << source.pixelFormat.depth - 1)
    let result = try TestFrames.own(
      "sharpen=amount=1.5:sigma=1.2", TestFrames.make(format, width: 50, height: 31))
    let isRGB = source.pixelFormat.isRGB
    for index in 0..<(isRGB ? 3 : 1) {
      let plane = Plane(source, plane: index)
      for ((sample, blurred), made) in zip(
        zip(plane.samples, plane.blurred(1.2, 1.2)), TestFrames.samples(result, plane: index))
      {
        let wanted = min(max(Double(sample) + 1.5 * (Double(sample) - blurred), 0), maximum)
        #expect(abs(Double(made) - wanted) < 2.5)
      }
    }
    if !isRGB {
      #expect(TestFrames.samples(result, plane: 1) == TestFrames.samples(source, plane: 1))
    }
  }

  @Test func edgesAreFFmpegsSobelInside() throws {
    // Full range: black is 0. FFmpeg cuts off where we round, and mirrors beyond the edges.
    let ours = try TestFrames.own("edges", TestFrames.make("gray"))
    let theirs = try TestFrames.ffmpeg("sobel", TestFrames.make("gray"))
    let (a, b) = (TestFrames.samples(ours, plane: 0), TestFrames.samples(theirs, plane: 0))
    for y in 1..<36 {
      for x in 1..<69 { #expect(abs(a[y * 70 + x] - b[y * 70 + x]) <= 1, "at \(x), \(y)") }
    }
  }

  @Test func edgesStandOnBlackAndHaveNoColour() throws {
    let result = try TestFrames.own("edges", TestFrames.make("yuv420p"))
    #expect(TestFrames.samples(result, plane: 0).allSatisfy { (16...235).contains($0) })
    #expect(TestFrames.samples(result, plane: 1).allSatisfy { $0 == 128 })
    #expect(TestFrames.samples(result, plane: 2).allSatisfy { $0 == 128 })
  }

  @Test(arguments: ["yuv420p", "gbrp", "gray10le"])
  func denoiseIsFFmpegsMedianInside(format: String) throws {
    let ours = try TestFrames.own("denoise", TestFrames.make(format))
    let theirs = try TestFrames.ffmpeg("median=radius=1", TestFrames.make(format))
    for plane in 0..<ours.pixelFormat.componentCount {
      let view = ours.view(ofPlane: plane)
      let (a, b) = (
        TestFrames.samples(ours, plane: plane), TestFrames.samples(theirs, plane: plane)
      )
      for y in 1..<view.height - 1 {
        for x in 1..<view.width - 1 {
          #expect(a[y * view.width + x] == b[y * view.width + x], "plane \(plane) at \(x), \(y)")
        }
      }
    }
  }

  @Test func pixelateMakesBlocksOfOneValue() throws {
    let source = TestFrames.make("yuv420p", width: 64, height: 48)
    let before = Plane(source, plane: 0)
    let result = try TestFrames.own("pixelate=16", source)
    let after = Plane(result, plane: 0)
    for y in 0..<48 {
      for x in 0..<64 { #expect(after.at(x, y) == after.at(x / 16 * 16, y / 16 * 16)) }
    }
    var sum = 0.0
    for y in 0..<16 { for x in 0..<16 { sum += before.at(x, y) } }
    #expect(abs(after.at(0, 0) - sum / 256) <= 0.5)
    let chroma = Plane(result, plane: 1)
    for y in 0..<24 {
      for x in 0..<32 { #expect(chroma.at(x, y) == chroma.at(x / 8 * 8, y / 8 * 8)) }
    }
  }

  @Test func aFrameThatSomebodyHoldsIsNotTouched() throws {
    for chain in ["blur", "sharpen", "edges", "denoise", "pixelate", "difference", "invert"] {
      for format in ["yuv420p", "gbrap", "yuv444p10le"] {
        let frame = TestFrames.make(format)
        let held = try frame.reference()
        let before = TestFrames.sum(held)
        let result = try TestFrames.own(chain, frame)
        #expect(TestFrames.sum(held) == before, "\(chain) on \(format)")
        #expect(FrameShape(result) == FrameShape(held))
      }
    }
  }

  @Test func inPlaceOrNotIsTheSame() throws {
    for chain in ["blur=3", "sharpen=2", "pixelate=5", "edges", "denoise"] {
      for format in ["yuv420p", "gbrp10le", "yuva420p"] {
        let alone = TestFrames.make(format)
        let shared = TestFrames.make(format)
        let holder = try shared.reference()
        let sum = TestFrames.sum(try TestFrames.own(chain, alone))
        let other = try TestFrames.own(chain, shared)
        #expect(TestFrames.sum(other) == sum, "\(chain) on \(format)")
        _ = holder
      }
    }
  }

  @Test(arguments: ["blur=4", "sharpen", "edges", "denoise", "pixelate=3"])
  func tinyFramesAreFiltered(chain: String) throws {
    for (width, height) in [(1, 1), (2, 1), (1, 5), (3, 3)] {
      for format in ["yuv420p", "gray16le", "gbrp"] {
        let result = try TestFrames.own(
          chain, TestFrames.make(format, width: width, height: height))
        #expect(result.width == width && result.height == height)
      }
    }
  }
}
