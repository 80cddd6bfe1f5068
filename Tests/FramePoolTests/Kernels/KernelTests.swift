import Testing

@testable import FramePool

/// Every kernel at every level of vector instructions against its plain form: widths from 1 to 130,
/// odd heights, padded and negative strides, random and worst-case samples, nothing written beyond
/// a row.
@Suite struct KernelTests {
  static let widths = Array(1...130) + [256, 300]

  /// What is compared, for one type of sample.
  private struct Case<Sample: KernelSample> {
    let set: KernelSet
    let width: Int
    let height: Int
    let maximum: Sample
    let content: TestPlane<Sample>.Content
    let isBottomUp: Bool

    func source(_ seed: UInt64) -> TestPlane<Sample> {
      var generator = Generator(seed &+ UInt64(width))
      return TestPlane(width: width, height: height, isBottomUp: isBottomUp)
        .fill(content, maximum: maximum, &generator)
    }

    func target() -> TestPlane<Sample> {
      TestPlane(width: width, height: height, padding: 1, isBottomUp: !isBottomUp)
    }

    var name: String { "\(set.name) \(width)x\(height) max \(maximum) \(content)" }

    /// Compares two ways to make a plane.
    func compare(
      _ kernel: (PlaneView) -> Void, _ plain: (PlaneView) -> Void,
      _ location: SourceLocation = #_sourceLocation
    ) {
      let (fast, slow) = (target(), target())
      kernel(fast.view)
      plain(slow.view)
      #expect(fast.samples == slow.samples, "\(name)", sourceLocation: location)
      #expect(fast.isGuardIntact, "\(name): written beyond a row", sourceLocation: location)
    }
  }

  /// All cases of a type of sample; the larger part of the combinations, without all of each.
  private func each<Sample: KernelSample>(
    _ maximum: Sample, _ body: (Case<Sample>) -> Void
  ) {
    let contents = TestPlane<Sample>.Content.allCases
    for set in KernelSet.all {
      for width in Self.widths {
        for offset in 0..<2 {
          let index = width + offset * 2
          body(
            Case(
              set: set, width: width, height: [1, 3, 7][index % 3], maximum: maximum,
              content: contents[index % contents.count], isBottomUp: (width / 2 + offset) % 2 == 1))
        }
      }
    }
  }

  private func all(
    _ narrow: (Case<UInt8>) -> Void, _ wide: (Case<UInt16>) -> Void
  ) {
    each(UInt8.max, narrow)
    for maximum in [UInt16(1023), .max] { each(maximum, wide) }
  }

  @Test func invert() {
    func check<Sample: KernelSample>(_ test: Case<Sample>) {
      let source = test.source(1)
      test.compare(
        { PointKernels.invert(test.set, source.view, $0, maximum: test.maximum) },
        { PointKernels.plainInvert(source.view, $0, maximum: test.maximum) })
    }
    all(check, check)
  }

  @Test func lookup() {
    func check<Sample: KernelSample>(_ test: Case<Sample>) {
      let source = test.source(2)
      var generator = Generator(3)
      let table = (0...Int(test.maximum)).map { _ in
        Sample.random(in: 0...test.maximum, using: &generator)
      }
      test.compare(
        { PointKernels.lookup(test.set, source.view, $0, table: table, maximum: test.maximum) },
        { PointKernels.plainLookup(source.view, $0, table: table, maximum: test.maximum) })
    }
    each(UInt8.max, check)
    each(UInt16(1023), check)
  }

  @Test func samplesAboveTheTableCountAsTheLargest() {
    var generator = Generator(4)
    let source = TestPlane<UInt16>(width: 77, height: 1).fill(.random, maximum: .max, &generator)
    let table = (0...UInt16(1023)).map { 1023 - $0 }
    for set in KernelSet.all {
      let target = TestPlane<UInt16>(width: 77, height: 1)
      PointKernels.lookup(set, source.view, target.view, table: table, maximum: 1023)
      #expect(target.samples == source.samples.map { 1023 - min($0, 1023) })
    }
  }

  @Test func luma() {
    func check<Sample: KernelSample>(_ test: Case<Sample>) {
      let (r, g, b) = (test.source(5), test.source(6), test.source(7))
      for weights in [LumaWeights.bt601, .bt2020] {
        test.compare(
          {
            PointKernels.luma(
              test.set, red: r.view, green: g.view, blue: b.view, $0, weights: weights,
              as: Sample.self)
          },
          {
            PointKernels.plainLuma(
              red: r.view, green: g.view, blue: b.view, $0, weights: weights, as: Sample.self)
          })
      }
    }
    all(check, check)
  }

  @Test func mix() {
    func check<Sample: KernelSample>(_ test: Case<Sample>) {
      let (x, y) = (test.source(8), test.source(9))
      for keep: Int32 in [0, 1000, 4096, 12288] {
        test.compare(
          { PointKernels.mix(test.set, x.view, y.view, $0, keep: keep, maximum: test.maximum) },
          { PointKernels.plainMix(x.view, y.view, $0, keep: keep, maximum: test.maximum) })
      }
    }
    all(check, check)
  }

  @Test func difference() {
    func check<Sample: KernelSample>(_ test: Case<Sample>) {
      let (x, y) = (test.source(10), test.source(11))
      for gain in [1, 64] {
        test.compare(
          {
            PointKernels.difference(
              test.set, x.view, y.view, $0, gain: gain, floor: test.maximum / 16,
              ceiling: test.maximum - 20)
          },
          {
            PointKernels.plainDifference(
              x.view, y.view, $0, gain: gain, floor: test.maximum / 16, ceiling: test.maximum - 20)
          })
      }
    }
    all(check, check)
  }

  @Test func temporalMean() {
    func check<Sample: KernelSample>(_ test: Case<Sample>) {
      let planes = (0..<UInt64(1 + test.width % 9)).map { test.source(12 + $0) }
      let views = planes.map(\.view)
      for threshold in [0, test.maximum / 4, test.maximum] {
        test.compare(
          {
            PointKernels.temporalMean(
              test.set, views, centre: views.count / 2, $0, threshold: threshold)
          },
          {
            PointKernels.plainTemporalMean(
              views, centre: views.count / 2, $0, threshold: threshold)
          })
      }
    }
    all(check, check)
  }

  @Test(arguments: [0.3, 2, 5.5])
  func blur(sigma: Double) {
    let scratch = KernelScratch()
    func check<Sample: KernelSample>(_ test: Case<Sample>) {
      let source = test.source(30)
      let along = GaussianWeights(sigma: sigma, upperHalves: Sample.blursUpperHalves)
      let down = GaussianWeights(sigma: sigma / 2, upperHalves: Sample.blursUpperHalves)
      let uses: [BlurKernel.Use<Sample>] = [
        .blur(Sample.self), .sharpen(amount: 384, maximum: test.maximum),
      ]
      for use in uses {
        // Each way round for half of the widths.
        let (first, second) = test.width % 4 < 2 ? (along, down) : (down, along)
        test.compare(
          { BlurKernel.apply(test.set, source.view, $0, first, second, use, scratch) },
          { BlurKernel.plain(source.view, $0, first, second, use) })
      }
    }
    // The plain form is slow in a debug build: one depth of 16-bit samples, the hardest, is enough.
    each(UInt8.max, check)
    each(UInt16.max, check)
  }

  @Test func blurInPlaceIsTheSame() {
    let scratch = KernelScratch()
    for (width, height) in [(300, 40), (20, 3), (700, 9)] {
      var generator = Generator(31)
      let source = TestPlane<UInt8>(width: width, height: height)
        .fill(.random, maximum: .max, &generator)
      let weights = GaussianWeights(sigma: 2, upperHalves: true)
      for use in [BlurKernel.Use<UInt8>.blur(UInt8.self), .sharpen(amount: 300, maximum: .max)] {
        let plain = TestPlane<UInt8>(width: width, height: height)
        BlurKernel.plain(source.view, plain.view, weights, weights, use)
        let target = TestPlane<UInt8>(width: width, height: height)
        source.view.copy(to: target.view, bytesPerSample: 1)
        BlurKernel.apply(.best, target.view, target.view, weights, weights, use, scratch)
        #expect(target.samples == plain.samples, "\(width)x\(height)")
      }
    }
  }

  @Test func aFlatPlaneStaysFlat() {
    let scratch = KernelScratch()
    for sigma in [0.1, 0.5, 1, 2, 7, 20] {
      func check<Sample: KernelSample>(_ values: [Sample]) {
        let weights = GaussianWeights(sigma: sigma, upperHalves: Sample.blursUpperHalves)
        for value in values {
          let plane = TestPlane<Sample>(width: 40, height: 5)
          for y in 0..<5 { plane.view.row(y, as: Sample.self).update(repeating: value, count: 40) }
          BlurKernel.apply(
            .best, plane.view, plane.view, weights, weights, .blur(Sample.self), scratch)
          #expect(plane.samples.allSatisfy { $0 == value }, "\(value) at \(sigma)")
        }
      }
      check((0...255).map { UInt8($0) })
      check([UInt16](arrayLiteral: 0, 1, 512, 1023, 4095, 32768, 65534, 65535))
    }
  }

  @Test func sobel() {
    let scratch = KernelScratch()
    func check<Sample: KernelSample>(_ test: Case<Sample>) {
      let source = test.source(40)
      for scale: Float in [1, 0.3] {
        test.compare(
          {
            SobelKernel.apply(
              test.set, source.view, $0, scale: scale, floor: test.maximum / 16,
              ceiling: test.maximum - 20, scratch)
          },
          {
            SobelKernel.plain(
              source.view, $0, scale: scale, floor: test.maximum / 16, ceiling: test.maximum - 20)
          })
      }
    }
    all(check, check)
  }

  @Test func median() {
    let scratch = KernelScratch()
    func check<Sample: KernelSample>(_ test: Case<Sample>) {
      let source = test.source(41)
      test.compare(
        { MedianKernel.apply(test.set, source.view, $0, scratch, as: Sample.self) },
        { MedianKernel.plain(source.view, $0, as: Sample.self) })
    }
    all(check, check)
  }

  @Test func pixelate() throws {
    let scratch = KernelScratch()
    for (size, shift) in [(2, 0), (7, 0), (16, 1), (3, 2), (200, 0)] {
      let filter = try PixelateFilter(
        FilterOptions([.init(key: nil, value: "\(size)")], for: PixelateFilter.self))
      func check<Sample: KernelSample>(_ test: Case<Sample>) {
        let source = test.source(42)
        let columns = filter.starts(test.width, shift: shift)
        let rows = filter.starts(test.height, shift: shift)
        #expect(columns.first == 0 && columns.last == test.width)
        test.compare(
          {
            CellKernels.pixelate(
              test.set, source.view, $0, columns: columns, rows: rows, scratch, as: Sample.self)
          },
          {
            CellKernels.plainPixelate(
              source.view, $0, columns: columns, rows: rows, as: Sample.self)
          })
      }
      all(check, check)
    }
  }

  @Test func groupMeans() {
    for (width, shift, rows) in [(8, 1, 2), (9, 1, 1), (13, 2, 4), (5, 0, 1), (7, 1, 3)] {
      let sums = (0..<UInt32(width)).map { $0 * 7 * UInt32(rows) + 3 }
      var means = [UInt8](repeating: 0, count: width)
      CellKernels.groupMeans(sums, width: width, shift: shift, rows: rows, &means)
      for (group, start) in stride(from: 0, to: width, by: 1 << shift).enumerated() {
        let columns = start..<min(start + 1 << shift, width)
        let count = UInt32(columns.count * rows)
        let sum = columns.reduce(0) { $0 + sums[$1] }
        #expect(UInt32(means[group]) == (sum + count / 2) / count, "\(width) \(shift) \(rows)")
      }
    }
  }

  @Test func measures() {
    func check<Sample: KernelSample>(_ test: Case<Sample>) {
      let (x, y) = (test.source(50), test.source(51))
      let (set, name) = (test.set, test.name)
      #expect(
        MeasureKernels.distance(set, x.view, y.view, as: Sample.self)
          == MeasureKernels.plainDistance(x.view, y.view, as: Sample.self), "\(name)")
      for limit in [0, test.maximum / 3, test.maximum] {
        #expect(
          MeasureKernels.changed(set, x.view, y.view, threshold: limit)
            == MeasureKernels.plainChanged(x.view, y.view, threshold: limit), "\(name)")
        #expect(
          MeasureKernels.atMost(set, x.view, limit: limit)
            == MeasureKernels.plainAtMost(x.view, limit: limit), "\(name)")
      }
      #expect(
        MeasureKernels.summary(set, x.view, as: Sample.self)
          == MeasureKernels.plainSummary(x.view, as: Sample.self), "\(name)")
      let (fast, plain) = (
        MeasureKernels.laplacian(set, x.view, as: Sample.self),
        MeasureKernels.plainLaplacian(x.view, as: Sample.self)
      )
      #expect(fast.sum == plain.sum && fast.squares == plain.squares, "\(name)")
    }
    all(check, check)
  }

  @Test func longRowsDoNotOverflow() {
    // More samples than 32 bits hold the squares of.
    for set in KernelSet.all {
      for content in [TestPlane<UInt8>.Content.full, .stripes] {
        var generator = Generator(60)
        let plane = TestPlane<UInt8>(width: 70_000, height: 3)
          .fill(content, maximum: .max, &generator)
        #expect(
          MeasureKernels.summary(set, plane.view, as: UInt8.self)
            == MeasureKernels.plainSummary(plane.view, as: UInt8.self))
        let (fast, plain) = (
          MeasureKernels.laplacian(set, plane.view, as: UInt8.self),
          MeasureKernels.plainLaplacian(plane.view, as: UInt8.self)
        )
        #expect(fast.sum == plain.sum && fast.squares == plain.squares)
      }
    }
  }

  @Test func thisMachineRunsWhatItCan() {
    #expect(!KernelSet.all.isEmpty)
    #expect(KernelSet.best.name == KernelSet.all.last?.name)
  }
}
