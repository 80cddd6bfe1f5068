/// The luma of the previous frame beside that of the present one.
final class PreviousLuma {
  /// Kept for its planes, which `view` shows.
  private var previous: Frame?
  private var shape: FrameShape?
  /// For RGB, whose luma is computed: the previous frame's and the present one's, in turn.
  private var planes = (LumaPlane(), LumaPlane())
  private var view: PlaneView?

  /// Lends both.
  ///
  /// - Parameters:
  ///   - frame: The present frame.
  ///   - body: Given the present luma, and the previous frame's where that has the same size and
  ///     layout.
  /// - Returns: What `body` returns.
  /// - Throws: ``FFmpegError`` when memory runs out.
  func compare<Result>(
    _ frame: borrowing Frame, _ body: (PlaneView, PlaneView?, FrameColour) -> Result
  ) throws(FFmpegError) -> Result {
    let colour = FrameColour(frame)
    let luma = planes.0.view(of: frame, colour)
    let result = body(luma, shape == FrameShape(frame) ? view : nil, colour)
    shape = FrameShape(frame)
    previous = try frame.makeReference()
    view = luma
    planes = (planes.1, planes.0)
    return result
  }
}
