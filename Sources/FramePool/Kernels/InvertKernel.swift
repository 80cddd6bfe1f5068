/// Negative of a plane: each sample becomes the largest value minus itself.
enum InvertKernel {
  /// 8-bit samples: `255 - x`.
  ///
  /// - Parameters:
  ///   - source: The top row; `width` samples are read from each of `height` rows.
  ///   - sourceStride: Bytes from one row to the next; may be negative.
  ///   - target: The top row to write, which may be the source's.
  ///   - targetStride: Bytes from one row to the next; may be negative.
  ///   - width: Samples in a row; nothing beyond them is written.
  ///   - height: Rows.
  static func invert8(
    _ source: UnsafePointer<UInt8>, sourceStride: Int,
    into target: UnsafeMutablePointer<UInt8>, targetStride: Int, width: Int, height: Int
  ) {
    for row in 0..<height {
      let from = source + row * sourceStride
      let to = target + row * targetStride
      for x in 0..<width { to[x] = ~from[x] }
    }
  }

  /// Samples of 9 to 16 bits in 16: `maximum - x`, strides in bytes as for ``invert8``.
  static func invert16(
    _ source: UnsafePointer<UInt8>, sourceStride: Int,
    into target: UnsafeMutablePointer<UInt8>, targetStride: Int, width: Int, height: Int,
    maximum: UInt16
  ) {
    for row in 0..<height {
      let from = UnsafeRawPointer(source + row * sourceStride).assumingMemoryBound(to: UInt16.self)
      let to = UnsafeMutableRawPointer(target + row * targetStride)
        .assumingMemoryBound(to: UInt16.self)
      for x in 0..<width { to[x] = maximum &- from[x] }
    }
  }

  /// Packed pixels: the samples of each pixel whose bit in `mask` is set are inverted, the others
  /// copied.
  ///
  /// `Sample` is UInt8 or UInt16, `width` counts pixels, strides are in bytes.
  @inline(__always)
  static func invertPacked<Sample: FixedWidthInteger & UnsignedInteger>(
    _ source: UnsafePointer<UInt8>, sourceStride: Int,
    into target: UnsafeMutablePointer<UInt8>, targetStride: Int, width: Int, height: Int,
    step: Int, mask: Int, as _: Sample.Type
  ) {
    for row in 0..<height {
      let from = UnsafeRawPointer(source + row * sourceStride).assumingMemoryBound(to: Sample.self)
      let to = UnsafeMutableRawPointer(target + row * targetStride)
        .assumingMemoryBound(to: Sample.self)
      for component in 0..<step {
        let flip: Sample = mask >> component & 1 == 1 ? .max : 0
        for x in 0..<width { to[x * step + component] = from[x * step + component] ^ flip }
      }
    }
  }
}
