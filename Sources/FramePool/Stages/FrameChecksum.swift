import CFFmpeg

/// MD5 over all frames as tightly packed raw video in their own pixel format, in order: what
/// `ffmpeg -c:v rawvideo -f md5` prints for the same frames.
///
/// Owns an `AVMD5`.
///
/// RFC 1321, computed by FFmpeg's `av_md5_update`.
struct FrameChecksum: ~Copyable {
  private let context: OpaquePointer
  /// Nanoseconds spent here.
  private(set) var nanoseconds: UInt64 = 0

  init() {
    guard let context = av_md5_alloc() else { fatalError("out of memory") }
    av_md5_init(context)
    self.context = context
  }

  deinit {
    av_free(UnsafeMutableRawPointer(context))
  }

  /// Adds a frame's planes row by row, without the padding between the rows.
  mutating func update(_ frame: borrowing Frame) {
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    frame.forEachPlane { _, plane, bytes, rows in
      if plane.stride == bytes {
        av_md5_update(context, plane.base, bytes * rows)
      } else {
        for row in 0..<rows { av_md5_update(context, plane.base + row * plane.stride, bytes) }
      }
    }
    if frame.pixelFormat.hasPalette, let palette = frame.memory(ofPlane: 1) {
      av_md5_update(context, palette.base, 1024)
    }
  }

  /// Ends the sum.
  ///
  /// - Returns: `md5:` and 32 hexadecimal digits.
  consuming func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 16)
    av_md5_final(context, &digest)
    return "md5:"
      + digest.map { byte in
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
      }.joined()
  }
}
