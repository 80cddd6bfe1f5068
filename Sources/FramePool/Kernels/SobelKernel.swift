/// The magnitude of the gradient by Sobel's operator; beyond the edges the nearest sample counts.
///
/// `gx = [-1 0 1; -2 0 2; -1 0 1]`, `gy` the same turned, and `min(floor + round(sqrt(gx^2 + gy^2)
/// * scale), ceiling)`; in single precision, whose rounding can move a result by 1 for samples of
/// more than 10 bits.
package enum SobelKernel {
  /// Computes a plane, or some rows of it; the target must not be the source.
  package static func apply<Sample: KernelSample>(
    _ set: KernelSet, _ source: PlaneView, _ target: PlaneView, scale: Float, floor: Sample,
    ceiling: Sample, _ scratch: KernelScratch, rows: Range<Int>? = nil
  ) {
    let width = source.width
    // One more sample on either side, and whole blocks.
    let length = KernelScratch.rowLength(width) + 2 * KernelSet.block
    let sums = scratch.reserve(2 * length, of: Int32.self) + KernelSet.block
    let slopes = sums + length
    for y in rows ?? 0..<source.height {
      Sample.sobelColumns(
        set, source.nearestRow(y - 1), source.row(y), source.nearestRow(y + 1), sums, slopes, width)
      for row in [sums, slopes] {
        row[-1] = row[0]
        row[width] = row[width - 1]
      }
      Sample.sobelRow(
        set, sums, slopes, target.row(y), width, scale: scale, floor: UInt32(floor),
        ceiling: UInt32(ceiling))
    }
  }

  /// The plain form of ``apply(_:_:_:scale:floor:ceiling:_:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plain<Sample: KernelSample>(
    _ source: PlaneView, _ target: PlaneView, scale: Float, floor: Sample, ceiling: Sample
  ) {
    for y in 0..<source.height {
      for x in 0..<source.width {
        func sample(_ dx: Int, _ dy: Int) -> Int {
          Int(source.nearest(x + dx, y + dy, as: Sample.self))
        }
        let gx =
          sample(1, -1) + 2 * sample(1, 0) + sample(1, 1)
          - sample(-1, -1) - 2 * sample(-1, 0) - sample(-1, 1)
        let gy =
          sample(-1, 1) + 2 * sample(0, 1) + sample(1, 1)
          - sample(-1, -1) - 2 * sample(0, -1) - sample(1, -1)
        let squares = Float(gx) * Float(gx) + Float(gy) * Float(gy)
        let value = squares.squareRoot() * scale + (Float(floor) + 0.5)
        target.row(y)[x] = Sample(min(value, Float(ceiling)))
      }
    }
  }
}
