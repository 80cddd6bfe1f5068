import FramePool

/// Planes of one type of sample, and the kernels that are run on them.
final class PlaneBench<Sample: KernelSample> {
  /// One kernel.
  struct Case {
    let name: String
    let planesRead: Int
    let planesWritten: Int
    let run: (KernelSet) -> Void
    let plain: () -> Void
  }

  private let maximum: Sample
  private let pixels: Int
  private let planes: [PlaneView]
  private let memory: [UnsafeMutableRawPointer]
  private let scratch = KernelScratch()
  private var sink: UInt64 = 0

  init(width: Int, height: Int, maximum: Sample) {
    self.maximum = maximum
    pixels = width * height
    let stride = (width * MemoryLayout<Sample>.size + 63) / 64 * 64
    memory = (0..<4).map { _ in
      .allocate(byteCount: stride * height + 256, alignment: 64)
    }
    planes = memory.map {
      PlaneView(base: $0, stride: stride, width: width, height: height)
    }
    for (index, plane) in planes.enumerated() {
      for y in 0..<height {
        let row: UnsafeMutablePointer<Sample> = plane.row(y)
        for x in 0..<width {
          let mixed = UInt64(x &* 2_654_435_761 &+ y &* 40_503 &+ index &* 977)
          row[x] = Sample(truncatingIfNeeded: (mixed >> 7) % (UInt64(maximum) + 1))
        }
      }
    }
  }

  deinit {
    for memory in memory { memory.deallocate() }
  }

  /// Nanoseconds per pixel: the best of several rounds.
  func nanoseconds(rounds: Int = 9, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    body()
    var best = Double.infinity
    for _ in 0..<rounds {
      let time = clock.measure { body() }
      best = min(best, Double(time.components.attoseconds) / 1e9 / Double(pixels))
    }
    return best
  }

  /// memcpy of a plane.
  func copy() {
    planes[0].copy(to: planes[3], bytesPerSample: MemoryLayout<Sample>.size)
  }

  func cases() -> [Case] {
    let (a, b, c, target) = (planes[0], planes[1], planes[2], planes[3])
    let (maximum, scratch) = (maximum, scratch)
    let table = (0...Int(maximum)).map { Sample(Int(maximum) - $0 / 2) }
    let gaussian = GaussianWeights(sigma: 2, upperHalves: Sample.blursUpperHalves)
    let starts = { (length: Int) in Array(Swift.stride(from: 0, to: length, by: 16)) + [length] }
    let (columns, rows) = (starts(a.width), starts(a.height))
    return [
      Case(name: "invert", planesRead: 1, planesWritten: 1) {
        PointKernels.invert($0, a, target, maximum: maximum)
      } plain: {
        PointKernels.plainInvert(a, target, maximum: maximum)
      },
      Case(name: "look-up", planesRead: 1, planesWritten: 1) {
        PointKernels.lookup($0, a, target, table: table, maximum: maximum)
      } plain: {
        PointKernels.plainLookup(a, target, table: table, maximum: maximum)
      },
      Case(name: "luma of RGB", planesRead: 3, planesWritten: 1) {
        PointKernels.luma(
          $0, red: a, green: b, blue: c, target, weights: .bt709, as: Sample.self)
      } plain: {
        PointKernels.plainLuma(
          red: a, green: b, blue: c, target, weights: .bt709, as: Sample.self)
      },
      Case(name: "mix", planesRead: 2, planesWritten: 1) {
        PointKernels.mix($0, a, b, target, keep: 5000, maximum: maximum)
      } plain: {
        PointKernels.plainMix(a, b, target, keep: 5000, maximum: maximum)
      },
      Case(name: "difference", planesRead: 2, planesWritten: 1) {
        PointKernels.difference($0, a, b, target, gain: 2, floor: 16, ceiling: maximum)
      } plain: {
        PointKernels.plainDifference(a, b, target, gain: 2, floor: 16, ceiling: maximum)
      },
      Case(name: "mean of 3", planesRead: 3, planesWritten: 1) {
        PointKernels.temporalMean($0, [a, b, c], centre: 1, target, threshold: maximum / 20)
      } plain: {
        PointKernels.plainTemporalMean([a, b, c], centre: 1, target, threshold: maximum / 20)
      },
      Case(name: "blur sigma 2", planesRead: 1, planesWritten: 1) {
        BlurKernel.apply($0, a, target, gaussian, gaussian, .blur(Sample.self), scratch)
      } plain: {
        BlurKernel.plain(a, target, gaussian, gaussian, .blur(Sample.self))
      },
      Case(name: "sharpen", planesRead: 1, planesWritten: 1) {
        BlurKernel.apply(
          $0, a, target, gaussian, gaussian, .sharpen(amount: 256, maximum: maximum), scratch)
      } plain: {
        BlurKernel.plain(
          a, target, gaussian, gaussian, .sharpen(amount: 256, maximum: maximum))
      },
      Case(name: "edges", planesRead: 1, planesWritten: 1) {
        SobelKernel.apply($0, a, target, scale: 1, floor: 16, ceiling: maximum, scratch)
      } plain: {
        SobelKernel.plain(a, target, scale: 1, floor: 16, ceiling: maximum)
      },
      Case(name: "median", planesRead: 1, planesWritten: 1) {
        MedianKernel.apply($0, a, target, scratch, as: Sample.self)
      } plain: {
        MedianKernel.plain(a, target, as: Sample.self)
      },
      Case(name: "pixelate", planesRead: 1, planesWritten: 1) {
        CellKernels.pixelate(
          $0, a, target, columns: columns, rows: rows, scratch, as: Sample.self)
      } plain: {
        CellKernels.plainPixelate(a, target, columns: columns, rows: rows, as: Sample.self)
      },
      Case(name: "distance", planesRead: 2, planesWritten: 0) { [self] in
        sink &+= MeasureKernels.distance($0, a, b, as: Sample.self)
      } plain: { [self] in
        sink &+= MeasureKernels.plainDistance(a, b, as: Sample.self)
      },
      Case(name: "changed", planesRead: 2, planesWritten: 0) { [self] in
        sink &+= MeasureKernels.changed($0, a, b, threshold: Sample(9))
      } plain: { [self] in
        sink &+= MeasureKernels.plainChanged(a, b, threshold: Sample(9))
      },
      Case(name: "at most", planesRead: 1, planesWritten: 0) { [self] in
        sink &+= MeasureKernels.atMost($0, a, limit: Sample(30))
      } plain: { [self] in
        sink &+= MeasureKernels.plainAtMost(a, limit: Sample(30))
      },
      Case(name: "summary", planesRead: 1, planesWritten: 0) { [self] in
        sink &+= MeasureKernels.summary($0, a, as: Sample.self).sum
      } plain: { [self] in
        sink &+= MeasureKernels.plainSummary(a, as: Sample.self).sum
      },
      Case(name: "laplacian", planesRead: 1, planesWritten: 0) { [self] in
        sink &+= MeasureKernels.laplacian($0, a, as: Sample.self).squares
      } plain: { [self] in
        sink &+= MeasureKernels.plainLaplacian(a, as: Sample.self).squares
      },
    ]
  }
}
