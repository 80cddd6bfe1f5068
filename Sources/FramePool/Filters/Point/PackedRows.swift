/// Point filters on layouts that are not planar, for the few that need no conversion.
enum PackedRows {
  /// Inverts packed RGB as often as the filters say, and lets gray pass; the filters have said that
  /// they take the format, so there is nothing else among them.
  ///
  /// - Throws: ``FFmpegError`` when memory runs out.
  static func apply(
    _ filters: [any PointFilter], _ frame: consuming Frame, _ output: inout FilterOutput
  ) throws(FFmpegError) -> Frame {
    let inversions = filters.count { $0 is InvertFilter }
    guard !inversions.isMultiple(of: 2), frame.pixelFormat.isPlainPackedRGB else { return frame }
    if frame.isWritable {
      invert(frame, into: frame)
      return frame
    }
    let result = try output.make(like: frame)
    invert(frame, into: result)
    return result
  }

  private static func invert(_ frame: borrowing Frame, into target: borrowing Frame) {
    guard let from = frame.memory(ofPlane: 0), let to = target.memory(ofPlane: 0) else { return }
    let format = frame.pixelFormat
    let bytesPerSample = format.depth / 8
    let bytes = frame.width * format.componentCount * bytesPerSample
    let pattern = pattern(format, bytesPerSample)
    for y in 0..<frame.height {
      PointKernels.flip(
        .best, from.base + y * from.stride, to.base + y * to.stride, bytes, pattern: pattern)
    }
  }

  /// All ones for colours, zero for alpha, over eight bytes.
  private static func pattern(_ format: PixelFormat, _ bytesPerSample: Int) -> UInt64 {
    guard format.componentCount == 4 else { return .max }
    let colours = format.packedOffsets.prefix(3)
    let bytes = (0..<8).map { place in
      colours.contains(place / bytesPerSample % 4) ? UInt64(0xFF) << (8 * place) : 0
    }
    // The first byte of a row is the lowest of the pattern on little-endian machines.
    let pattern = bytes.reduce(0, |)
    return UInt64(littleEndian: pattern)
  }
}
