/// Means over rectangles of samples.
package enum CellKernels {
  /// Gives every sample the rounded mean of its block; the target may be the source.
  ///
  /// - Parameters:
  ///   - set: The level of vector instructions.
  ///   - source: The plane.
  ///   - target: Of the same size.
  ///   - columns: Where blocks begin in a row, then the width.
  ///   - rows: Where blocks begin in a column, then the height.
  ///   - scratch: Memory for the sums.
  ///   - band: Only the blocks that begin in these rows; all unless given.
  ///   - sample: The samples' type.
  package static func pixelate<Sample: KernelSample>(
    _ set: KernelSet, _ source: PlaneView, _ target: PlaneView, columns: [Int], rows: [Int],
    _ scratch: KernelScratch, startingIn band: Range<Int>? = nil, as sample: Sample.Type
  ) {
    let sums = scratch.reserve(KernelScratch.rowLength(source.width), of: UInt32.self)
    let bytes = source.width * MemoryLayout<Sample>.size
    for (top, bottom) in zip(rows, rows.dropFirst())
    where top < bottom && band?.contains(top) ?? true {
      sums.update(repeating: 0, count: source.width)
      for y in top..<bottom { Sample.add(set, source.row(y), to: sums, source.width) }
      let first: UnsafeMutablePointer<Sample> = target.row(top)
      for (left, right) in zip(columns, columns.dropFirst()) where left < right {
        let mean = rounded(sums, left..<right, count: (right - left) * (bottom - top))
        (first + left).update(repeating: Sample(mean), count: right - left)
      }
      for y in top + 1..<max(bottom, top + 1) {
        (target.base + y * target.stride).copyMemory(from: first, byteCount: bytes)
      }
    }
  }

  /// The plain form of ``pixelate(_:_:_:columns:rows:_:as:)``; the target must not be the source.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainPixelate<Sample: KernelSample>(
    _ source: PlaneView, _ target: PlaneView, columns: [Int], rows: [Int], as _: Sample.Type
  ) {
    for (top, bottom) in zip(rows, rows.dropFirst()) {
      for (left, right) in zip(columns, columns.dropFirst()) {
        let places = (top..<bottom).flatMap { y in (left..<right).map { x in (x, y) } }
        let sum = places.reduce(0) { $0 + Int(source.row($1.1, as: Sample.self)[$1.0]) }
        for (x, y) in places {
          target.row(y)[x] = Sample((sum + places.count / 2) / places.count)
        }
      }
    }
  }

  /// Adds up rows of samples and gives the rounded means of groups of columns.
  ///
  /// - Parameters:
  ///   - sums: The sum of `rows` rows in each column.
  ///   - width: Columns.
  ///   - shift: A group has `1 << shift` columns, the last maybe fewer.
  ///   - rows: How many rows were added up.
  ///   - target: A mean for each group.
  static func groupMeans<Sample: KernelSample>(
    _ sums: UnsafePointer<UInt32>, width: Int, shift: Int, rows: Int,
    _ target: UnsafeMutablePointer<Sample>
  ) {
    let whole = width >> shift
    let step = 1 << shift
    let bits = shift + rows.trailingZeroBitCount
    if rows.nonzeroBitCount == 1 {
      let half: UInt32 = bits == 0 ? 0 : 1 << UInt32(bits - 1)
      let down = UInt32(bits)
      switch shift {
      case 0:
        for x in 0..<whole { target[x] = Sample(truncatingIfNeeded: (sums[x] &+ half) >> down) }
      case 1:
        for x in 0..<whole {
          let sum = sums[2 * x] &+ sums[2 * x + 1] &+ half
          target[x] = Sample(truncatingIfNeeded: sum >> down)
        }
      default:
        for group in 0..<whole {
          var sum = half
          for column in group * step..<group * step + step { sum &+= sums[column] }
          target[group] = Sample(truncatingIfNeeded: sum >> down)
        }
      }
    } else {
      for group in 0..<whole {
        let columns = group * step..<group * step + step
        target[group] = Sample(rounded(sums, columns, count: step * rows))
      }
    }
    if whole * step < width {
      let columns = whole * step..<width
      target[whole] = Sample(rounded(sums, columns, count: columns.count * rows))
    }
  }

  private static func rounded(
    _ sums: UnsafePointer<UInt32>, _ columns: Range<Int>, count: Int
  ) -> UInt64 {
    var sum = UInt64(count / 2)
    for column in columns { sum += UInt64(sums[column]) }
    return sum / UInt64(count)
  }
}
