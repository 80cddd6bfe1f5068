import CKernels

/// Planes to numbers.
package enum MeasureKernels {
  /// The sum of |x - y| over two planes of the same size.
  package static func distance<Sample: KernelSample>(
    _ set: KernelSet, _ x: PlaneView, _ y: PlaneView, as _: Sample.Type
  ) -> UInt64 {
    (0..<x.height).reduce(0) { sum, row in
      sum + Sample.distance(set, x.row(row), y.row(row), x.width)
    }
  }

  /// The plain form of ``distance(_:_:_:as:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainDistance<Sample: KernelSample>(
    _ x: PlaneView, _ y: PlaneView, as _: Sample.Type
  ) -> UInt64 {
    fold(x, 0) { (sum: UInt64, a: Sample, column, row) in
      sum + UInt64(abs(Int(a) - Int(y.row(row, as: Sample.self)[column])))
    }
  }

  /// How many samples of two planes differ by more than `threshold`.
  package static func changed<Sample: KernelSample>(
    _ set: KernelSet, _ x: PlaneView, _ y: PlaneView, threshold: Sample
  ) -> UInt64 {
    (0..<x.height).reduce(0) { sum, row in
      sum + Sample.changed(set, x.row(row), y.row(row), x.width, threshold: UInt32(threshold))
    }
  }

  /// The plain form of ``changed(_:_:_:threshold:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainChanged<Sample: KernelSample>(
    _ x: PlaneView, _ y: PlaneView, threshold: Sample
  ) -> UInt64 {
    fold(x, 0) { (count: UInt64, a: Sample, column, row) in
      abs(Int(a) - Int(y.row(row, as: Sample.self)[column])) > Int(threshold) ? count + 1 : count
    }
  }

  /// How many samples are at most `limit`.
  package static func atMost<Sample: KernelSample>(
    _ set: KernelSet, _ plane: PlaneView, limit: Sample
  ) -> UInt64 {
    (0..<plane.height).reduce(0) { sum, row in
      sum + Sample.atMost(set, plane.row(row), plane.width, limit: UInt32(limit))
    }
  }

  /// The plain form of ``atMost(_:_:limit:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainAtMost<Sample: KernelSample>(
    _ plane: PlaneView, limit: Sample
  ) -> UInt64 {
    fold(plane, 0) { (count: UInt64, a: Sample, _, _) in a <= limit ? count + 1 : count }
  }

  /// What a plane's samples add up to, and the smallest and largest.
  package struct Summary: Equatable {
    /// Of all samples.
    package var sum: UInt64 = 0
    /// Of their squares.
    package var squares: UInt64 = 0
    /// The smallest sample.
    package var minimum = UInt32.max
    /// The largest sample.
    package var maximum: UInt32 = 0
  }

  /// Sum, sum of squares, smallest and largest sample.
  package static func summary<Sample: KernelSample>(
    _ set: KernelSet, _ plane: PlaneView, as _: Sample.Type
  ) -> Summary {
    var result = Summary()
    for y in 0..<plane.height {
      let row = Sample.summary(set, plane.row(y), plane.width)
      result.sum += row.sum
      result.squares += row.squares
      result.minimum = min(result.minimum, row.minimum)
      result.maximum = max(result.maximum, row.maximum)
    }
    return result
  }

  /// The plain form of ``summary(_:_:as:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainSummary<Sample: KernelSample>(
    _ plane: PlaneView, as _: Sample.Type
  ) -> Summary {
    fold(plane, Summary()) { (sum: Summary, a: Sample, _, _) in
      Summary(
        sum: sum.sum + UInt64(a), squares: sum.squares + UInt64(a) * UInt64(a),
        minimum: min(sum.minimum, UInt32(a)), maximum: max(sum.maximum, UInt32(a)))
    }
  }

  /// The sum and the sum of squares of the 4-neighbour Laplacian, mirrored about the edge samples
  /// (`BORDER_REFLECT_101`).
  package static func laplacian<Sample: KernelSample>(
    _ set: KernelSet, _ plane: PlaneView, as _: Sample.Type
  ) -> (sum: Int64, squares: UInt64) {
    var result: (sum: Int64, squares: UInt64) = (0, 0)
    for y in 0..<plane.height {
      Sample.laplacian(
        set, plane.row(mirrored(y - 1, plane.height)), plane.row(y),
        plane.row(mirrored(y + 1, plane.height)), plane.width, sum: &result.sum,
        squares: &result.squares)
    }
    return result
  }

  /// The plain form of ``laplacian(_:_:as:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainLaplacian<Sample: KernelSample>(
    _ plane: PlaneView, as _: Sample.Type
  ) -> (sum: Int64, squares: UInt64) {
    fold(plane, (sum: Int64(0), squares: UInt64(0))) { (total, a: Sample, x, y) in
      func sample(_ x: Int, _ y: Int) -> Int64 {
        let row: UnsafeMutablePointer<Sample> = plane.row(mirrored(y, plane.height))
        return Int64(row[mirrored(x, plane.width)])
      }
      let around = sample(x, y - 1) &+ sample(x, y + 1) &+ sample(x - 1, y) &+ sample(x + 1, y)
      let value = around &- 4 &* Int64(a)
      return (total.sum &+ value, total.squares + UInt64(value &* value))
    }
  }

  /// How often each value occurs, or each group of `1 << shift` values.
  ///
  /// - Parameters:
  ///   - plane: The samples.
  ///   - shift: How many low bits do not count.
  ///   - counts: Added to; values that have no place in it count as the last.
  ///   - sample: The samples' type.
  package static func histogram<Sample: KernelSample>(
    _ plane: PlaneView, shift: Int, into counts: inout [UInt64], as sample: Sample.Type
  ) {
    let last = counts.count - 1
    for y in 0..<plane.height {
      let row: UnsafeMutablePointer<Sample> = plane.row(y)
      for x in 0..<plane.width { counts[min(Int(row[x] >> shift), last)] &+= 1 }
    }
  }

  private static func mirrored(_ index: Int, _ count: Int) -> Int {
    if count == 1 { return 0 }
    return index < 0 ? -index : index >= count ? 2 * (count - 1) - index : index
  }

  private static func fold<Sample: KernelSample, Result>(
    _ plane: PlaneView, _ start: Result, _ add: (Result, Sample, Int, Int) -> Result
  ) -> Result {
    var result = start
    for y in 0..<plane.height {
      for x in 0..<plane.width { result = add(result, plane.row(y)[x], x, y) }
    }
    return result
  }
}
