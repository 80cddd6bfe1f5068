import CFFmpeg

/// One uncompressed picture: width x height pixels in up to four planes, each with a stride in
/// bytes.
///
/// Owns an `AVFrame`, freed with `av_frame_free`; the planes may be shared with other frames.
struct Frame: ~Copyable {
  let raw: UnsafeMutablePointer<AVFrame>

  init() {
    raw = allocated(av_frame_alloc())
  }

  deinit {
    var raw: UnsafeMutablePointer<AVFrame>? = raw
    av_frame_free(&raw)
  }

  /// The width in pixels.
  var width: Int { Int(raw.pointee.width) }

  /// The height in pixels.
  var height: Int { Int(raw.pointee.height) }

  /// The layout of the planes.
  var pixelFormat: PixelFormat { PixelFormat(rawValue: raw.pointee.format) }

  /// The presentation timestamp in units of the time base of the stage that returned the frame.
  var pts: Int64? {
    let pts = raw.pointee.pts
    return pts == shim_nopts ? nil : pts
  }

  /// How long the frame is shown, in units of the time base; 0 when unknown.
  var duration: Int64 { shim_frame_duration(raw) }

  /// Whether the decoder says that it could not decode all of the picture.
  var isDamaged: Bool {
    raw.pointee.decode_error_flags != 0 || raw.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0
  }

  /// The display matrix that came with the picture itself: nine 16.16 and 2.30 fixed-point numbers.
  var displayMatrix: [Int32]? {
    guard let data = av_frame_get_side_data(raw, AV_FRAME_DATA_DISPLAYMATRIX),
      data.pointee.size >= 9 * MemoryLayout<Int32>.size
    else { return nil }
    return data.pointee.data.withMemoryRebound(to: Int32.self, capacity: 9) { matrix in
      (0..<9).map { matrix[$0] }
    }
  }

  /// Lends the bytes of one plane, from its first row to the end of its last.
  ///
  /// - Parameter plane: 0 to 3.
  /// - Returns: The address of the top row and the stride, which is negative for a picture that
  ///   is stored bottom up. Valid while the frame is.
  func plane(_ plane: Int) -> (base: UnsafeMutablePointer<UInt8>, stride: Int)? {
    shim_frame_plane(raw, CInt(plane)).map { ($0, Int(shim_frame_stride(raw, CInt(plane)))) }
  }

  /// Whether nobody else reads the planes, so that they may be written in place.
  var isWritable: Bool { av_frame_is_writable(raw) > 0 }
}

extension Frame {
  /// Forgets the display matrix, after it was applied.
  func dropDisplayMatrix() {
    av_frame_remove_side_data(raw, AV_FRAME_DATA_DISPLAYMATRIX)
  }
}
