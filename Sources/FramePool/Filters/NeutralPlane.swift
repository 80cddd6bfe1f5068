import CFFmpeg

/// A chroma plane without colour, read by any number of frames.
///
/// Owns an `AVBufferRef`.
final class NeutralPlane {
  /// The samples; frames take references of their own.
  let buffer: UnsafeMutablePointer<AVBufferRef>
  /// Bytes from one row to the next.
  let stride: Int
  private let size: PixelFormat.Plane
  private let depth: Int

  /// Makes a plane of `size` samples of `depth` bits, each half the range: `1 << (depth - 1)`.
  ///
  /// - Throws: ``FFmpegError`` when memory runs out.
  init(_ size: PixelFormat.Plane, depth: Int) throws(FFmpegError) {
    self.size = size
    self.depth = depth
    let bytes = size.width * (depth > 8 ? 2 : 1)
    stride = (bytes + 63) / 64 * 64
    // Vector code may read one register past the end.
    let length = stride * size.height + 64
    guard let buffer = av_buffer_alloc(length) else {
      throw FFmpegError(code: .noMemory, function: "av_buffer_alloc", logLine: nil)
    }
    self.buffer = buffer
    let memory = UnsafeMutableRawBufferPointer(start: buffer.pointee.data, count: length)
    if depth > 8 {
      memory.bindMemory(to: UInt16.self).update(repeating: 1 << UInt16(depth - 1))
    } else {
      memory.bindMemory(to: UInt8.self).update(repeating: 128)
    }
  }

  deinit {
    var buffer: UnsafeMutablePointer<AVBufferRef>? = buffer
    av_buffer_unref(&buffer)
  }

  /// Whether the plane fits frames with such chroma.
  func serves(_ size: PixelFormat.Plane, depth: Int) -> Bool {
    self.size == size && self.depth == depth
  }
}
