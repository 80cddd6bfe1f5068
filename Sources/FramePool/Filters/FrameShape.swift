/// The size and the layout of a frame.
public struct FrameShape: Hashable, Sendable {
  /// Pixels in a row.
  public var width: Int
  /// Rows.
  public var height: Int
  /// How the samples lie in memory.
  public var pixelFormat: PixelFormat

  /// A shape of so many pixels.
  public init(width: Int, height: Int, pixelFormat: PixelFormat) {
    self.width = width
    self.height = height
    self.pixelFormat = pixelFormat
  }

  init(_ frame: borrowing Frame) {
    self.init(width: frame.width, height: frame.height, pixelFormat: frame.pixelFormat)
  }
}
