/// The median of 3 x 3 samples; beyond the edges the nearest sample counts.
///
/// The columns are sorted once; of nine samples in sorted columns, the median is that of the
/// largest of the smallest, the median of the middle ones and the smallest of the largest (Paeth
/// 1990).
package enum MedianKernel {
  /// Computes a plane, or some rows of it; the target must not be the source.
  package static func apply<Sample: KernelSample>(
    _ set: KernelSet, _ source: PlaneView, _ target: PlaneView, _ scratch: KernelScratch,
    rows: Range<Int>? = nil, as _: Sample.Type
  ) {
    let width = source.width
    let length = KernelScratch.rowLength(width) + 2 * KernelSet.block
    let low = scratch.reserve(3 * length, of: Sample.self) + KernelSet.block
    let middle = low + length
    let high = middle + length
    for y in rows ?? 0..<source.height {
      Sample.medianColumns(
        set, source.nearestRow(y - 1), source.row(y), source.nearestRow(y + 1), low, middle, high,
        width)
      for row in [low, middle, high] {
        row[-1] = row[0]
        row[width] = row[width - 1]
      }
      Sample.medianRow(set, low, middle, high, target.row(y), width)
    }
  }

  /// The plain form of ``apply(_:_:_:_:as:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plain<Sample: KernelSample>(
    _ source: PlaneView, _ target: PlaneView, as _: Sample.Type
  ) {
    for y in 0..<source.height {
      for x in 0..<source.width {
        let samples: [Sample] = (-1...1).flatMap { dy in
          (-1...1).map { dx in source.nearest(x + dx, y + dy) }
        }
        target.row(y)[x] = samples.sorted()[4]
      }
    }
  }
}
