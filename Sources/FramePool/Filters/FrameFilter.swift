/// A filter of our own: one frame in, one frame out, on planes in the decoder's own format.
///
/// A filter lives as long as its video and may keep state between frames.
protocol FrameFilter: AnyObject, SendableMetatype {
  /// What the filter is called on the command line, what it does and which options it has.
  static var description: FilterDescription { get }

  /// Takes the options as they were typed.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` for an unknown option or a bad value.
  init(_ options: [FilterSyntax.Option]) throws(FramePoolError)

  /// Whether frames of this layout are taken as they are. Others are converted before, once, to
  /// the nearest layout that is taken.
  static func takes(_ format: PixelFormat) -> Bool

  /// Filters a frame.
  ///
  /// - Parameter frame: Consumed: its planes may be written where nobody else reads them.
  /// - Returns: The filtered frame, with the timestamps and side data of `frame`.
  /// - Throws: ``FFmpegError`` when memory runs out.
  func apply(_ frame: consuming Frame) throws(FFmpegError) -> Frame
}
