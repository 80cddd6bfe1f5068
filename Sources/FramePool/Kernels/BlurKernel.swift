/// Gaussian blur, and sharpening by it: along the rows, then down the columns; beyond the edges the
/// nearest sample counts.
///
/// The rows that the first pass makes are kept in a ring of as many as the second needs, so that
/// they stay in the cache, and a target may be the source.
package enum BlurKernel {
  /// What is done with the blurred rows.
  package enum Use<Sample: KernelSample> {
    /// They are the result.
    case blur(Sample.Type)
    /// What the blur took away is added to the source, `amount` / 256 times, within 0 to `maximum`.
    case sharpen(amount: Int32, maximum: Sample)
  }

  /// Blurs or sharpens a plane, or some rows of it.
  ///
  /// 8-bit samples differ from the exact result by less than 1, 9 to 16-bit samples too.
  ///
  /// - Parameters:
  ///   - set: The level of vector instructions.
  ///   - source: The plane.
  ///   - target: Of the same size; may be the source where `band` is all of it.
  ///   - along: The weights along the rows.
  ///   - down: The weights down the columns.
  ///   - use: What is done with the blurred samples.
  ///   - scratch: Memory for the rows between the passes.
  ///   - band: The rows, all unless given; begins at an even one, and ends at one or at the last.
  package static func apply<Sample: KernelSample>(
    _ set: KernelSet, _ source: PlaneView, _ target: PlaneView, _ along: GaussianWeights,
    _ down: GaussianWeights, _ use: Use<Sample>, _ scratch: KernelScratch,
    rows band: Range<Int>? = nil
  ) {
    let band = band ?? 0..<source.height
    let (width, height) = (source.width, source.height)
    let rowLength = Self.ringRowLength(width)
    let taps = 2 * down.radius + 2
    // The ring, where a row goes that is none, and what the first pass needs.
    let ring = scratch.reserve(
      (taps + 1) * rowLength + Self.lineLength(width, along), of: UInt16.self)
    let nowhere = UnsafeMutableRawPointer(ring + taps * rowLength)
      .assumingMemoryBound(to: Sample.self)
    let line = nowhere + rowLength * 2 / MemoryLayout<Sample>.size
    let forColumns = if case .blur = use { true } else { false }
    var filled = max(0, band.lowerBound - down.radius)
    func fill(upTo last: Int) {
      while filled <= min(last, height - 1) {
        alongRow(
          set, source.row(filled), ring + filled % taps * rowLength, width, along, line, forColumns)
        filled += 1
      }
    }
    withUnsafeTemporaryAllocation(of: UnsafePointer<UInt16>.self, capacity: 3 * taps) { buffer in
      guard let rows = buffer.baseAddress else { return }
      // Twice around the ring: rows that follow each other are found without a division for each.
      for slot in 0..<2 * taps { (rows + slot).initialize(to: ring + slot % taps * rowLength) }
      let edge = rows + 2 * taps
      func window(from top: Int) -> UnsafePointer<UnsafePointer<UInt16>> {
        if top >= 0, top + taps <= height { return UnsafePointer(rows + top % taps) }
        for tap in 0..<taps {
          (edge + tap).initialize(to: rows[min(max(top + tap, 0), height - 1) % taps])
        }
        return UnsafePointer(edge)
      }
      switch use {
      case .blur:
        for y in Swift.stride(from: band.lowerBound, to: band.upperBound, by: 2) {
          fill(upTo: y + 1 + down.radius)
          Sample.blurColumns(
            set, window(from: y - down.radius), target.row(y),
            y + 1 < height ? target.row(y + 1) : nowhere, width, down.values, radius: down.radius)
        }
      case .sharpen(let amount, let maximum):
        for y in band {
          fill(upTo: y + down.radius)
          Sample.sharpenColumn(
            set, window(from: y - down.radius), source.row(y), target.row(y), width, down.values,
            radius: down.radius, amount: amount, maximum: maximum)
        }
      }
    }
  }

  /// How far apart the rows of the ring are, in samples: a multiple of 4096 bytes would put them
  /// all in the same places of the cache.
  private static func ringRowLength(_ width: Int) -> Int {
    KernelScratch.rowLength(width) + 96
  }

  /// What ``alongRow(_:_:_:_:_:_:_:)`` needs beside the ring, in 16-bit samples.
  private static func lineLength(_ width: Int, _ along: GaussianWeights) -> Int {
    KernelScratch.rowLength(width) + 4 * along.radius + 4 * KernelSet.block
  }

  /// The first pass for a row.
  ///
  /// What the kernel reads beyond the ends is put there in a copy: of the first and the last blocks
  /// only, since most of a row has its neighbours beside it. The copies are made first and read
  /// last: a load that takes in several stores has to wait for them.
  private static func alongRow<Sample: KernelSample>(
    _ set: KernelSet, _ source: UnsafeMutablePointer<Sample>,
    _ target: UnsafeMutablePointer<UInt16>,
    _ width: Int, _ along: GaussianWeights, _ line: UnsafeMutablePointer<Sample>, _ forColumns: Bool
  ) {
    let (block, radius) = (KernelSet.block, along.radius)
    let middle = (width - radius) / block - 1
    let first = line + radius
    guard middle > 0, radius <= block else {
      first.update(from: source, count: width)
      line.update(repeating: source[0], count: radius)
      (first + width).update(repeating: source[width - 1], count: radius)
      Sample.blurRow(
        set, first, target, width, along.values, radius: radius, forColumns: forColumns)
      return
    }
    let rest = (middle + 1) * block
    let last = first + block + 2 * radius
    line.update(repeating: source[0], count: radius)
    first.update(from: source, count: block + radius)
    (last - radius).update(from: source + rest - radius, count: width - rest + radius)
    (last + width - rest).update(repeating: source[width - 1], count: radius)
    func blur(_ from: UnsafePointer<Sample>, _ to: UnsafeMutablePointer<UInt16>, _ count: Int) {
      Sample.blurRow(set, from, to, count, along.values, radius: radius, forColumns: forColumns)
    }
    blur(source + block, target + block, middle * block)
    blur(first, target, block)
    blur(last, target + rest, width - rest)
  }

  /// The plain form of ``apply(_:_:_:_:_:_:_:)``; the target must not be the source.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plain<Sample: KernelSample>(
    _ source: PlaneView, _ target: PlaneView, _ along: GaussianWeights, _ down: GaussianWeights,
    _ use: Use<Sample>
  ) {
    let (width, height) = (source.width, source.height)
    let halves = Sample.blursUpperHalves
    func weighted(_ weights: GaussianWeights, _ sample: (Int) -> Int) -> Int {
      (0...weights.radius).reduce(halves ? (weights.radius + 1) / 2 : 1 << 14) { sum, k in
        let both = k == 0 ? sample(0) : sample(-k) + sample(k)
        let product = both * Int(weights.values[k])
        return sum + (halves ? product >> 16 : product)
      }
    }
    let blurred = (0..<height).map { y in
      (0..<width).map { x in
        let sum = weighted(along) { k in
          let sample = Int(source.nearest(x + k, y, as: Sample.self))
          return halves ? sample << 7 : sample
        }
        return halves ? sum : sum >> 15
      }
    }
    for y in 0..<height {
      for x in 0..<width {
        let sum = weighted(down) { k in blurred[min(max(y + k, 0), height - 1)][x] }
        let sample = Int(source.row(y, as: Sample.self)[x])
        let result: Int
        switch use {
        case .blur:
          result = halves ? (sum + 64) >> 7 : sum >> 15
        case .sharpen(let amount, let maximum) where halves:
          let fine = sample << 7
          let sharpened = (fine + ((fine - sum) * Int(amount)) >> 8 + 64) >> 7
          result = min(max(sharpened, 0), Int(maximum))
        case .sharpen(let amount, let maximum):
          let sharpened = sample + ((sample - sum >> 15) * Int(amount) + 128) >> 8
          result = min(max(sharpened, 0), Int(maximum))
        }
        target.row(y)[x] = Sample(result)
      }
    }
  }
}
