import CFFmpeg

/// The negative: each sample becomes the largest value minus itself, alpha stays.
///
/// Computes what FFmpeg's `negate` does with its default options.
final class InvertFilter: FrameFilter {
  static let description = FilterDescription(
    name: "invert",
    summary: "Make the negative: each sample becomes the largest value minus itself; alpha stays.",
    example: "invert", isOwn: true)

  private var buffers = PictureBuffers()

  init(_ options: [FilterSyntax.Option]) throws(FramePoolError) {
    try FilterSyntax.refuse(options, by: Self.description)
  }

  static func takes(_ format: PixelFormat) -> Bool {
    format.isPlainPlanar || format.isPlainPackedRGB
  }

  func apply(_ frame: consuming Frame) throws(FFmpegError) -> Frame {
    if frame.isWritable {
      invert(frame, into: frame)
      return frame
    }
    let result = try buffers.makeFrame(like: frame)
    invert(frame, into: result)
    return result
  }

  private func invert(_ frame: borrowing Frame, into result: borrowing Frame) {
    let format = frame.pixelFormat
    if format.isPlainPackedRGB {
      invertPacked(frame, into: result, format)
      return
    }
    let alpha = format.hasAlpha ? format.componentPlanes.last : nil
    for (index, size) in format.planes(width: frame.width, height: frame.height).enumerated() {
      guard let from = frame.plane(index), let to = result.plane(index) else { continue }
      if index == alpha {
        if from.base != to.base {
          av_image_copy_plane(
            to.base, CInt(to.stride), from.base, CInt(from.stride),
            CInt(size.width * (format.depth > 8 ? 2 : 1)), CInt(size.height))
        }
      } else if format.depth == 8 {
        InvertKernel.invert8(
          from.base, sourceStride: from.stride, into: to.base, targetStride: to.stride,
          width: size.width, height: size.height)
      } else {
        InvertKernel.invert16(
          from.base, sourceStride: from.stride, into: to.base, targetStride: to.stride,
          width: size.width, height: size.height,
          maximum: UInt16(truncatingIfNeeded: 1 << format.depth - 1))
      }
    }
  }

  private func invertPacked(
    _ frame: borrowing Frame, into result: borrowing Frame, _ format: PixelFormat
  ) {
    guard let from = frame.plane(0), let to = result.plane(0) else { return }
    let mask = format.packedOffsets.prefix(3).reduce(0) { $0 | 1 << $1 }
    let step = format.componentCount
    if format.depth == 8 {
      InvertKernel.invertPacked(
        from.base, sourceStride: from.stride, into: to.base, targetStride: to.stride,
        width: frame.width, height: frame.height, step: step, mask: mask, as: UInt8.self)
    } else {
      InvertKernel.invertPacked(
        from.base, sourceStride: from.stride, into: to.base, targetStride: to.stride,
        width: frame.width, height: frame.height, step: step, mask: mask, as: UInt16.self)
    }
  }
}
