import DequeModule

/// Neighbouring frames of one shape, with one in the middle.
struct FrameWindow: ~Copyable {
  private var frames = UniqueDeque<Frame>()
  private var shape: FrameShape?
  /// The index of the frame in the middle.
  private(set) var centre = 0

  /// Frames in the window.
  var count: Int { frames.count }

  /// Whether a frame of another size or layout cannot join.
  func isEnded(by frame: borrowing Frame) -> Bool {
    count > 0 && FrameShape(frame) != shape
  }

  /// Adds a frame at the end.
  mutating func append(_ frame: consuming Frame) {
    shape = FrameShape(frame)
    frames.append(frame)
  }

  /// Moves on to the next frame and drops those that are further behind than `radius`.
  mutating func advance(keeping radius: Int) {
    centre += 1
    while centre > radius {
      _ = frames.popFirst()
      centre -= 1
    }
  }

  /// Drops everything.
  mutating func removeAll() {
    frames.removeAll()
    centre = 0
    shape = nil
  }

  /// Lends the frame in the middle, and a way to see one plane of all frames.
  func withCentre(
    _ body: (
      _ frame: borrowing Frame, _ planes: (Int) -> [PlaneView], _ centre: Int
    ) throws(FFmpegError) -> Frame
  ) throws(FFmpegError) -> Frame {
    try body(
      frames[centre], { plane in (0..<count).map { frames[$0].view(ofPlane: plane) } }, centre)
  }
}
