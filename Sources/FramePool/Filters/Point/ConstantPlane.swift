import CFFmpeg

/// A plane of one value, read by any number of frames.
///
/// Owns an `AVBufferRef`.
final class ConstantPlane {
  /// The samples; frames take references of their own.
  let buffer: UnsafeMutablePointer<AVBufferRef>
  private let stride: Int
  private let size: PixelFormat.PlaneSize
  private let depth: Int
  private let value: Int

  /// Makes a plane of `size` samples of `depth` bits.
  ///
  /// - Throws: ``FFmpegError`` when memory runs out.
  init(_ size: PixelFormat.PlaneSize, depth: Int, value: Int) throws(FFmpegError) {
    self.size = size
    self.depth = depth
    self.value = value
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
      memory.bindMemory(to: UInt16.self).update(repeating: UInt16(value))
    } else {
      memory.bindMemory(to: UInt8.self).update(repeating: UInt8(value))
    }
  }

  deinit {
    var buffer: UnsafeMutablePointer<AVBufferRef>? = buffer
    av_buffer_unref(&buffer)
  }

  /// Whether it is the plane that is wanted.
  func serves(_ size: PixelFormat.PlaneSize, depth: Int, value: Int) -> Bool {
    self.size == size && self.depth == depth && self.value == value
  }

  /// Lets it stand for a plane of a frame, which keeps it.
  func stand(for plane: Int, of frame: borrowing Frame) {
    shim_frame_set_plane(frame.raw, CInt(plane), buffer.pointee.data, CInt(stride))
  }
}

/// The constant planes that a filter uses, kept from frame to frame.
struct ConstantPlanes {
  private var planes: [ConstantPlane] = []

  /// Lets the planes with these indices be of one value each.
  ///
  /// - Parameters:
  ///   - values: The planes' indices and values.
  ///   - frame: Of an ``PixelFormat/isPlanar`` format; it keeps the memory.
  /// - Throws: ``FFmpegError`` when memory runs out.
  mutating func replace(
    _ values: [(plane: Int, value: Int)], of frame: borrowing Frame
  ) throws(FFmpegError) {
    let format = frame.pixelFormat
    for entry in values {
      let size = format.size(ofPlane: entry.plane, width: frame.width, height: frame.height)
      let plane = try plane(size, depth: format.depth, value: entry.value)
      // For each plane, though two may share it: memory that stands in two places of a frame must
      // never count as the frame's own to write to.
      try frame.keep(plane.buffer)
      plane.stand(for: entry.plane, of: frame)
    }
  }

  /// Removes the colour of a frame that has chroma planes.
  ///
  /// - Throws: ``FFmpegError`` when memory runs out.
  mutating func neutraliseChroma(of frame: borrowing Frame) throws(FFmpegError) {
    let format = frame.pixelFormat
    guard format.isChroma(plane: 1) else { return }
    let neutral = 1 << (format.depth - 1)
    try replace([(1, neutral), (2, neutral)], of: frame)
  }

  private mutating func plane(
    _ size: PixelFormat.PlaneSize, depth: Int, value: Int
  ) throws(FFmpegError) -> ConstantPlane {
    if let plane = planes.first(where: { $0.serves(size, depth: depth, value: value) }) {
      return plane
    }
    // A video has one size, or few; two values at most are in use at a time.
    if planes.count >= 4 { planes.removeFirst() }
    let made = try ConstantPlane(size, depth: depth, value: value)
    planes.append(made)
    return made
  }
}
