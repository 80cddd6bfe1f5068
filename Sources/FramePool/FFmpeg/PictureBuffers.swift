import CFFmpeg

/// Recycled memory for frames of one size and format, so that a filter allocates nothing per frame.
///
/// Owns an `AVBufferPool`; the pool's memory goes when the last frame that uses it does.
struct PictureBuffers: ~Copyable {
  private var pool: OpaquePointer?
  private var shape: Shape?

  private struct Shape: Equatable {
    var width: CInt
    var height: CInt
    var format: CInt
    var strides: [CInt] = []
    var offsets: [Int] = []
  }

  /// Rows start at multiples of this many bytes, as FFmpeg's and our own vector code like it.
  private static let alignment = 64

  init() {}

  deinit {
    var pool = pool
    av_buffer_pool_uninit(&pool)
  }

  /// A frame with planes of its own, uninitialised, and the size and properties of `frame`.
  ///
  /// - Throws: ``FFmpegError`` when the format has no linear planes or memory runs out.
  mutating func makeFrame(like frame: borrowing Frame) throws(FFmpegError) -> Frame {
    try makeFrame(of: FrameShape(frame), like: frame)
  }

  /// A frame with planes of its own, uninitialised, and the timestamps and side data of `frame`.
  ///
  /// - Throws: ``FFmpegError`` when the format has no linear planes or memory runs out.
  mutating func makeFrame(
    of wanted: FrameShape, like frame: borrowing Frame
  ) throws(FFmpegError) -> Frame {
    try adopt(
      width: CInt(wanted.width), height: CInt(wanted.height), wanted.pixelFormat.rawValue)
    guard let shape, let buffer = av_buffer_pool_get(pool) else {
      throw FFmpegError(code: .noMemory, function: "av_buffer_pool_get", logLine: nil)
    }
    let result = Frame()
    result.raw.pointee.buf.0 = buffer
    result.raw.pointee.width = shape.width
    result.raw.pointee.height = shape.height
    result.raw.pointee.format = shape.format
    for (plane, offset) in shape.offsets.enumerated() {
      shim_frame_set_plane(
        result.raw, CInt(plane), buffer.pointee.data + offset, shape.strides[plane])
    }
    try check(av_frame_copy_props(result.raw, frame.raw), "av_frame_copy_props")
    return result
  }

  private mutating func adopt(width: CInt, height: CInt, _ format: CInt) throws(FFmpegError) {
    if let shape, (shape.width, shape.height, shape.format) == (width, height, format) { return }
    let pixelFormat = PixelFormat(rawValue: format)
    var shape = Shape(width: width, height: height, format: format)
    var size = 0
    for (plane, rows) in pixelFormat.planeHeights(height: Int(height)).enumerated() {
      let bytes = try check(
        av_image_get_linesize(AVPixelFormat(format), width, CInt(plane)), "av_image_get_linesize")
      let stride = (Int(bytes) + Self.alignment - 1) / Self.alignment * Self.alignment
      shape.strides.append(CInt(stride))
      shape.offsets.append(size)
      size += stride * rows
    }
    av_buffer_pool_uninit(&pool)
    // The padding lets vector code read past the last row's end.
    pool = av_buffer_pool_init(size + Self.alignment, nil)
    self.shape = shape
  }
}
