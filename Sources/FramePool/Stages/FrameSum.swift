import CFFmpeg
import CKernels

/// A sum over a picture's samples that tells whether two pictures are equal: some thousand times as fast
/// as it takes to encode them without loss.
///
/// What is no sample does not count: the padding of rows, and of pixels as in `bgr0`.
struct FrameSum {
  private let format: PixelFormat
  /// Which bits of a plane's pixels are samples.
  private let masks: [UInt64]

  /// For pictures of a format; nil where its samples do not lie in whole bytes.
  init?(of format: PixelFormat) {
    guard let masks = Self.masks(format) else { return nil }
    self.format = format
    self.masks = masks
  }

  /// The sum of a frame.
  ///
  /// - Parameter frame: Of the format, or of the one that differs from it in the name's range only.
  /// - Returns: A number that is another for another picture, as good as surely.
  func sum(_ frame: borrowing Frame) -> UInt64 {
    var sum =
      UInt64(truncatingIfNeeded: frame.width) << 32 | UInt64(truncatingIfNeeded: frame.height)
    if format.hasPalette, let plane = frame.memory(ofPlane: 0),
      let palette = frame.memory(ofPlane: 1)
    {
      palette.base.withMemoryRebound(to: UInt32.self, capacity: 256) { colours in
        for row in 0..<frame.height {
          sum = palette_row_sum(plane.base + row * plane.stride, frame.width, colours, sum)
        }
      }
      return sum
    }
    frame.forEachPlane { index, plane, bytes, rows in
      for row in 0..<rows {
        sum = row_sum(plane.base + row * plane.stride, bytes, masks[index], sum)
      }
    }
    return sum
  }

  private static func masks(_ format: PixelFormat) -> [UInt64]? {
    guard let descriptor = av_pix_fmt_desc_get(AVPixelFormat(format.rawValue)) else { return nil }
    let flags = descriptor.pointee.flags
    let unlike = CInt(AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER)
    guard flags & UInt64(unlike) == 0 else { return nil }
    if format.hasPalette { return [.max] }
    let isBigEndian = flags & UInt64(AV_PIX_FMT_FLAG_BE) != 0
    let comp = descriptor.pointee.comp
    let components = [comp.0, comp.1, comp.2, comp.3].prefix(format.componentCount)
    let planes = Int(av_pix_fmt_count_planes(AVPixelFormat(format.rawValue)))
    var masks: [UInt64] = []
    for plane in 0..<max(0, planes) {
      let own = components.filter { Int($0.plane) == plane }
      guard let step = own.map({ Int($0.step) }).max(), step > 0 else { return nil }
      // The bytes of a group of pixels, for formats whose components have steps of their own.
      var bytes = [UInt8](repeating: 0, count: step)
      for component in own {
        let (depth, shift) = (Int(component.depth), Int(component.shift))
        for start in stride(from: Int(component.offset), to: step, by: Int(component.step)) {
          for bit in shift..<shift + depth {
            let count = (shift + depth + 7) / 8
            let place = isBigEndian ? count - 1 - bit / 8 : bit / 8
            guard start + place < step else { return nil }
            bytes[start + place] |= 1 << UInt8(bit % 8)
          }
        }
      }
      if bytes.allSatisfy({ $0 == .max }) {
        masks.append(.max)
      } else if 8.isMultiple(of: step) {
        var mask: UInt64 = 0
        withUnsafeMutableBytes(of: &mask) { target in
          for index in target.indices { target[index] = bytes[index % step] }
        }
        masks.append(mask)
      } else {
        return nil
      }
    }
    return masks
  }
}
