import CFFmpeg

/// Small pictures in rows on one large one.
struct ContactSheet: ~Copyable {
  /// A picture of packed 8-bit RGB, 3 bytes a pixel without padding.
  struct Cell {
    var width: Int
    var height: Int
    var bytes: [UInt8]

    /// Copies a frame of format `rgb24`.
    init(_ frame: borrowing Frame) {
      let (width, height) = (frame.width, frame.height)
      self.width = width
      self.height = height
      bytes = []
      bytes.reserveCapacity(width * height * 3)
      guard let plane = frame.memory(ofPlane: 0) else { return }
      for y in 0..<height {
        bytes += UnsafeBufferPointer(start: plane.base + y * plane.stride, count: width * 3)
      }
    }

    /// Writes a time into the lower left corner, white on black.
    mutating func stamp(_ seconds: Double) {
      let text = Array(TimeStamp.text(seconds))
      let scale = max(1, width / 160)
      let margin = 2 * scale
      let (columns, rows) = (
        text.count * TimeStamp.glyphAdvance * scale + 2 * margin - scale,
        TimeStamp.glyphHeight * scale + 2 * margin
      )
      guard columns <= width, rows <= height else { return }
      for y in 0..<rows {
        for x in 0..<columns {
          let (dotX, dotY) = ((x - margin) / scale, (y - margin) / scale)
          let isInside = x >= margin && y >= margin && dotY < TimeStamp.glyphHeight
          let isLit = isInside && TimeStamp.isLit(text, x: dotX, y: dotY)
          let place = ((height - rows + y) * width + x) * 3
          for component in 0..<3 { bytes[place + component] = isLit ? 255 : 0 }
        }
      }
    }
  }

  /// Pixels between pictures, and around them.
  private static let gap = 4
  private let canvas: Frame

  /// Lays rows of pictures out, the first at the top; a row is as high as its highest picture.
  ///
  /// - Throws: An error when memory runs out.
  init(rows: [[Cell]]) throws {
    let gap = Self.gap
    let heights = rows.map { row in row.map(\.height).max() ?? 0 }
    let widths = rows.map { row in row.reduce(gap) { $0 + $1.width + gap } }
    let shape = FrameShape(
      width: widths.max() ?? gap, height: heights.reduce(gap) { $0 + $1 + gap },
      pixelFormat: PixelFormat(rawValue: AV_PIX_FMT_RGB24.rawValue))
    canvas = try Frame(shape)
    guard let plane = canvas.memory(ofPlane: 0) else { return }
    for y in 0..<shape.height {
      (plane.base + y * plane.stride).update(repeating: 255, count: shape.width * 3)
    }
    var top = gap
    for (row, height) in zip(rows, heights) {
      var left = gap
      for cell in row {
        for y in 0..<cell.height {
          let target = plane.base + (top + y) * plane.stride + left * 3
          cell.bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            target.update(from: start + y * cell.width * 3, count: cell.width * 3)
          }
        }
        left += cell.width + gap
      }
      top += height + gap
    }
  }

  /// The sheet as a PNG file.
  ///
  /// - Throws: ``FFmpegError`` when it cannot be encoded.
  func png() throws(FFmpegError) -> [UInt8] {
    try PictureEncoder.png(canvas)
  }
}
