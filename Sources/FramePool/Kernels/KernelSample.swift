package import CKernels

/// A type of sample for which there are kernels: `UInt8` for 8 bits, `UInt16` for 9 to 16.
///
/// The functions are those of `struct kernels`, which says what each computes.
package protocol KernelSample: FrameSample {
  typealias Source = UnsafePointer<Self>
  typealias Target = UnsafeMutablePointer<Self>
  typealias Rows = UnsafePointer<UnsafePointer<Self>>
  typealias Wide = UnsafeMutablePointer<UInt16>
  typealias WideRows = UnsafePointer<UnsafePointer<UInt16>>
  typealias Numbers = UnsafeMutablePointer<Int32>

  static func lookup(
    _ set: KernelSet, _ source: Source, _ target: Target, _ n: Int, table: Source, maximum: Self)
  static func luma(
    _ set: KernelSet, _ red: Source, _ green: Source, _ blue: Source, _ target: Target, _ n: Int,
    weights: UnsafePointer<UInt32>)
  static func mix(
    _ set: KernelSet, _ x: Source, _ y: Source, _ target: Target, _ n: Int, keep: Int32,
    maximum: Self)
  static func difference(
    _ set: KernelSet, _ x: Source, _ y: Source, _ target: Target, _ n: Int, gain: UInt32,
    floor: UInt32, ceiling: UInt32)
  static func temporal(
    _ set: KernelSet, _ rows: Rows, _ count: Int, centre: Int, _ target: Target, _ n: Int,
    threshold: UInt32)
  static func add(
    _ set: KernelSet, _ source: Source, to sums: UnsafeMutablePointer<UInt32>, _ n: Int)

  /// Whether weights are 65536ths and rows of a blur 15-bit numbers, rather than 32768ths and the
  /// samples themselves.
  static var blursUpperHalves: Bool { get }
  /// `forColumns` says that ``blurColumns(_:_:_:_:_:_:radius:)`` will read the row, which may want
  /// another order.
  static func blurRow(
    _ set: KernelSet, _ source: Source, _ target: Wide, _ n: Int, _ weights: UnsafePointer<UInt16>,
    radius: Int, forColumns: Bool)
  static func blurColumns(
    _ set: KernelSet, _ rows: WideRows, _ upper: Target, _ lower: Target, _ n: Int,
    _ weights: UnsafePointer<UInt16>, radius: Int)
  static func sharpenColumn(
    _ set: KernelSet, _ rows: WideRows, _ source: Source, _ target: Target, _ n: Int,
    _ weights: UnsafePointer<UInt16>, radius: Int, amount: Int32, maximum: Self)

  static func sobelColumns(
    _ set: KernelSet, _ above: Source, _ row: Source, _ below: Source, _ sums: Numbers,
    _ slopes: Numbers, _ n: Int)
  static func sobelRow(
    _ set: KernelSet, _ sums: Numbers, _ slopes: Numbers, _ target: Target, _ n: Int, scale: Float,
    floor: UInt32, ceiling: UInt32)
  static func medianColumns(
    _ set: KernelSet, _ above: Source, _ row: Source, _ below: Source, _ low: Target,
    _ middle: Target, _ high: Target, _ n: Int)
  static func medianRow(
    _ set: KernelSet, _ low: Source, _ middle: Source, _ high: Source, _ target: Target, _ n: Int)

  static func distance(_ set: KernelSet, _ x: Source, _ y: Source, _ n: Int) -> UInt64
  static func changed(
    _ set: KernelSet, _ x: Source, _ y: Source, _ n: Int, threshold: UInt32
  ) -> UInt64
  static func atMost(_ set: KernelSet, _ row: Source, _ n: Int, limit: UInt32) -> UInt64
  static func summary(_ set: KernelSet, _ row: Source, _ n: Int) -> row_summary
  static func laplacian(
    _ set: KernelSet, _ above: Source, _ row: Source, _ below: Source, _ n: Int,
    sum: UnsafeMutablePointer<Int64>, squares: UnsafeMutablePointer<UInt64>)
}

extension UInt8: KernelSample {
  package static var blursUpperHalves: Bool { true }

  package static func lookup(
    _ set: KernelSet, _ source: Source, _ target: Target, _ n: Int, table: Source, maximum: Self
  ) {
    set.raw.pointee.lookup8(source, target, n, table)
  }

  package static func luma(
    _ set: KernelSet, _ red: Source, _ green: Source, _ blue: Source, _ target: Target, _ n: Int,
    weights: UnsafePointer<UInt32>
  ) {
    set.raw.pointee.luma8(red, green, blue, target, n, weights)
  }

  package static func mix(
    _ set: KernelSet, _ x: Source, _ y: Source, _ target: Target, _ n: Int, keep: Int32,
    maximum: Self
  ) {
    set.raw.pointee.mix8(x, y, target, n, keep)
  }

  package static func difference(
    _ set: KernelSet, _ x: Source, _ y: Source, _ target: Target, _ n: Int, gain: UInt32,
    floor: UInt32, ceiling: UInt32
  ) {
    set.raw.pointee.difference8(x, y, target, n, gain, floor, ceiling)
  }

  package static func temporal(
    _ set: KernelSet, _ rows: Rows, _ count: Int, centre: Int, _ target: Target, _ n: Int,
    threshold: UInt32
  ) {
    set.raw.pointee.temporal8(rows, count, centre, target, n, threshold)
  }

  package static func add(
    _ set: KernelSet, _ source: Source, to sums: UnsafeMutablePointer<UInt32>, _ n: Int
  ) {
    set.raw.pointee.add8(source, sums, n)
  }

  package static func blurRow(
    _ set: KernelSet, _ source: Source, _ target: Wide, _ n: Int, _ weights: UnsafePointer<UInt16>,
    radius: Int, forColumns: Bool
  ) {
    if forColumns {
      set.raw.pointee.blur_row_parted8(source, target, n, weights, radius)
    } else {
      set.raw.pointee.blur_row8(source, target, n, weights, radius)
    }
  }

  package static func blurColumns(
    _ set: KernelSet, _ rows: WideRows, _ upper: Target, _ lower: Target, _ n: Int,
    _ weights: UnsafePointer<UInt16>, radius: Int
  ) {
    set.raw.pointee.blur_columns8(rows, upper, lower, n, weights, radius)
  }

  package static func sharpenColumn(
    _ set: KernelSet, _ rows: WideRows, _ source: Source, _ target: Target, _ n: Int,
    _ weights: UnsafePointer<UInt16>, radius: Int, amount: Int32, maximum: Self
  ) {
    set.raw.pointee.sharpen_column8(
      rows, source, target, n, weights, radius, amount)
  }

  package static func sobelColumns(
    _ set: KernelSet, _ above: Source, _ row: Source, _ below: Source, _ sums: Numbers,
    _ slopes: Numbers, _ n: Int
  ) {
    set.raw.pointee.sobel_columns8(above, row, below, sums, slopes, n)
  }

  package static func sobelRow(
    _ set: KernelSet, _ sums: Numbers, _ slopes: Numbers, _ target: Target, _ n: Int, scale: Float,
    floor: UInt32, ceiling: UInt32
  ) {
    set.raw.pointee.sobel_row8(sums, slopes, target, n, scale, floor, ceiling)
  }

  package static func medianColumns(
    _ set: KernelSet, _ above: Source, _ row: Source, _ below: Source, _ low: Target,
    _ middle: Target, _ high: Target, _ n: Int
  ) {
    set.raw.pointee.median_columns8(above, row, below, low, middle, high, n)
  }

  package static func medianRow(
    _ set: KernelSet, _ low: Source, _ middle: Source, _ high: Source, _ target: Target, _ n: Int
  ) {
    set.raw.pointee.median_row8(low, middle, high, target, n)
  }

  package static func distance(_ set: KernelSet, _ x: Source, _ y: Source, _ n: Int) -> UInt64 {
    set.raw.pointee.distance8(x, y, n)
  }

  package static func changed(
    _ set: KernelSet, _ x: Source, _ y: Source, _ n: Int, threshold: UInt32
  ) -> UInt64 {
    set.raw.pointee.changed8(x, y, n, threshold)
  }

  package static func atMost(
    _ set: KernelSet, _ row: Source, _ n: Int, limit: UInt32
  ) -> UInt64 {
    set.raw.pointee.at_most8(row, n, limit)
  }

  package static func summary(_ set: KernelSet, _ row: Source, _ n: Int) -> row_summary {
    set.raw.pointee.summary8(row, n)
  }

  package static func laplacian(
    _ set: KernelSet, _ above: Source, _ row: Source, _ below: Source, _ n: Int,
    sum: UnsafeMutablePointer<Int64>, squares: UnsafeMutablePointer<UInt64>
  ) {
    set.raw.pointee.laplacian8(above, row, below, n, sum, squares)
  }
}

extension UInt16: KernelSample {
  package static var blursUpperHalves: Bool { false }

  package static func lookup(
    _ set: KernelSet, _ source: Source, _ target: Target, _ n: Int, table: Source, maximum: Self
  ) {
    set.raw.pointee.lookup16(source, target, n, table, maximum)
  }

  package static func luma(
    _ set: KernelSet, _ red: Source, _ green: Source, _ blue: Source, _ target: Target, _ n: Int,
    weights: UnsafePointer<UInt32>
  ) {
    set.raw.pointee.luma16(red, green, blue, target, n, weights)
  }

  package static func mix(
    _ set: KernelSet, _ x: Source, _ y: Source, _ target: Target, _ n: Int, keep: Int32,
    maximum: Self
  ) {
    set.raw.pointee.mix16(x, y, target, n, keep, maximum)
  }

  package static func difference(
    _ set: KernelSet, _ x: Source, _ y: Source, _ target: Target, _ n: Int, gain: UInt32,
    floor: UInt32, ceiling: UInt32
  ) {
    set.raw.pointee.difference16(x, y, target, n, gain, floor, ceiling)
  }

  package static func temporal(
    _ set: KernelSet, _ rows: Rows, _ count: Int, centre: Int, _ target: Target, _ n: Int,
    threshold: UInt32
  ) {
    set.raw.pointee.temporal16(rows, count, centre, target, n, threshold)
  }

  package static func add(
    _ set: KernelSet, _ source: Source, to sums: UnsafeMutablePointer<UInt32>, _ n: Int
  ) {
    set.raw.pointee.add16(source, sums, n)
  }

  package static func blurRow(
    _ set: KernelSet, _ source: Source, _ target: Wide, _ n: Int, _ weights: UnsafePointer<UInt16>,
    radius: Int, forColumns: Bool
  ) {
    set.raw.pointee.blur_row16(source, target, n, weights, radius)
  }

  package static func blurColumns(
    _ set: KernelSet, _ rows: WideRows, _ upper: Target, _ lower: Target, _ n: Int,
    _ weights: UnsafePointer<UInt16>, radius: Int
  ) {
    set.raw.pointee.blur_columns16(rows, upper, lower, n, weights, radius)
  }

  package static func sharpenColumn(
    _ set: KernelSet, _ rows: WideRows, _ source: Source, _ target: Target, _ n: Int,
    _ weights: UnsafePointer<UInt16>, radius: Int, amount: Int32, maximum: Self
  ) {
    set.raw.pointee.sharpen_column16(
      rows, source, target, n, weights, radius, amount, maximum)
  }

  package static func sobelColumns(
    _ set: KernelSet, _ above: Source, _ row: Source, _ below: Source, _ sums: Numbers,
    _ slopes: Numbers, _ n: Int
  ) {
    set.raw.pointee.sobel_columns16(above, row, below, sums, slopes, n)
  }

  package static func sobelRow(
    _ set: KernelSet, _ sums: Numbers, _ slopes: Numbers, _ target: Target, _ n: Int, scale: Float,
    floor: UInt32, ceiling: UInt32
  ) {
    set.raw.pointee.sobel_row16(sums, slopes, target, n, scale, floor, ceiling)
  }

  package static func medianColumns(
    _ set: KernelSet, _ above: Source, _ row: Source, _ below: Source, _ low: Target,
    _ middle: Target, _ high: Target, _ n: Int
  ) {
    set.raw.pointee.median_columns16(above, row, below, low, middle, high, n)
  }

  package static func medianRow(
    _ set: KernelSet, _ low: Source, _ middle: Source, _ high: Source, _ target: Target, _ n: Int
  ) {
    set.raw.pointee.median_row16(low, middle, high, target, n)
  }

  package static func distance(_ set: KernelSet, _ x: Source, _ y: Source, _ n: Int) -> UInt64 {
    set.raw.pointee.distance16(x, y, n)
  }

  package static func changed(
    _ set: KernelSet, _ x: Source, _ y: Source, _ n: Int, threshold: UInt32
  ) -> UInt64 {
    set.raw.pointee.changed16(x, y, n, threshold)
  }

  package static func atMost(
    _ set: KernelSet, _ row: Source, _ n: Int, limit: UInt32
  ) -> UInt64 {
    set.raw.pointee.at_most16(row, n, limit)
  }

  package static func summary(_ set: KernelSet, _ row: Source, _ n: Int) -> row_summary {
    set.raw.pointee.summary16(row, n)
  }

  package static func laplacian(
    _ set: KernelSet, _ above: Source, _ row: Source, _ below: Source, _ n: Int,
    sum: UnsafeMutablePointer<Int64>, squares: UnsafeMutablePointer<UInt64>
  ) {
    set.raw.pointee.laplacian16(above, row, below, n, sum, squares)
  }
}
