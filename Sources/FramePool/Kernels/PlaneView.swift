/// A plane as kernels see it: where its top row is, and how to get from row to row.
///
/// Owns nothing; valid while the frame is that lent it.
package struct PlaneView {
  /// The first sample of the top row.
  package var base: UnsafeMutableRawPointer
  /// Bytes from one row to the next; may be negative.
  package var stride: Int
  /// Samples in a row.
  package var width: Int
  /// Rows.
  package var height: Int

  /// A plane at an address.
  package init(base: UnsafeMutableRawPointer, stride: Int, width: Int, height: Int) {
    self.base = base
    self.stride = stride
    self.width = width
    self.height = height
  }

  /// The first sample of a row.
  @inline(__always)
  package func row<Sample>(_ y: Int, as _: Sample.Type = Sample.self) -> UnsafeMutablePointer<
    Sample
  > {
    (base + y * stride).assumingMemoryBound(to: Sample.self)
  }

  /// The row that stands for row `y` beyond the edges: the nearest one.
  @inline(__always)
  package func nearestRow<Sample>(
    _ y: Int, as _: Sample.Type = Sample.self
  ) -> UnsafeMutablePointer<Sample> {
    row(min(max(y, 0), height - 1))
  }

  /// The sample that stands for (`x`, `y`) beyond the edges: the nearest one.
  @inline(__always)
  func nearest<Sample>(_ x: Int, _ y: Int, as _: Sample.Type = Sample.self) -> Sample {
    nearestRow(y)[min(max(x, 0), width - 1)]
  }

  /// Copies all rows to a plane of the same size.
  package func copy(to target: PlaneView, bytesPerSample: Int) {
    guard base != target.base else { return }
    for y in 0..<height {
      (target.base + y * target.stride)
        .copyMemory(from: base + y * stride, byteCount: width * bytesPerSample)
    }
  }
}
