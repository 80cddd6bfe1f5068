import CFFmpeg
import DequeModule

/// Where a filter's frames go, and where new ones come from.
///
/// The memory of pictures is recycled: none is allocated per frame.
public struct FilterOutput: ~Copyable {
  private var frames = UniqueDeque<Frame>()
  private var buffers = PictureBuffers()
  /// Shares the rows of pictures out.
  let team: RowTeam
  /// The team's memory for rows, one for each band.
  let scratches: [KernelScratch]
  private var inputShape: FrameShape?
  private var outputShape: FrameShape?

  /// The unit of the frames' timestamps.
  public internal(set) var timeBase = Rational(0, 1)

  /// An output for trying a filter out; in a pipeline the filter is given one.
  public init() {
    self.init(RowTeam(count: 1))
  }

  init(_ team: RowTeam) {
    self.team = team
    scratches = (0..<team.count).map { _ in KernelScratch() }
  }

  /// Gives a frame to what follows in the chain.
  public mutating func emit(_ frame: consuming Frame) {
    frames.append(frame)
  }

  /// A new frame, uninitialised, of the shape that the filter gives for frames like this one, with
  /// its timestamps and side data.
  ///
  /// - Throws: An error when memory runs out.
  public mutating func makeFrame(like frame: borrowing Frame) throws -> Frame {
    try make(like: frame)
  }

  /// A new frame of any shape, uninitialised, with the timestamps and side data of another.
  ///
  /// - Throws: An error when memory runs out.
  public mutating func makeFrame(
    of shape: FrameShape, like frame: borrowing Frame
  ) throws -> Frame {
    try buffers.makeFrame(of: shape, like: frame)
  }

  /// The frame itself where its planes may be written, else a copy of it.
  ///
  /// - Throws: An error when memory runs out.
  public mutating func makeWritable(_ frame: consuming Frame) throws -> Frame {
    if frame.isWritable { return frame }
    let copy = try buffers.makeFrame(like: frame)
    try check(av_frame_copy(copy.raw, frame.raw), "av_frame_copy")
    return copy
  }

  /// Calls `body` for bands of rows, at the same time where there are threads for it, with memory
  /// for each: see ``RowTeam``.
  func forEachBand(of height: Int, _ body: (_ rows: Range<Int>, _ scratch: KernelScratch) -> Void) {
    team.forEachBand(of: height) { band, rows in body(rows, scratches[band]) }
  }

  /// When a frame is shown, in seconds; nil when it has no timestamp.
  public func seconds(of frame: borrowing Frame) -> Double? {
    frame.pts.map { timeBase.seconds($0) }
  }

  mutating func make(like frame: borrowing Frame) throws(FFmpegError) -> Frame {
    let shape = FrameShape(frame)
    return try buffers.makeFrame(
      of: shape == inputShape ? outputShape ?? shape : shape, like: frame)
  }

  /// Notes what `filter` makes of frames like this one.
  mutating func prepare(for frame: borrowing Frame, _ filter: any FrameFilter, _ unit: Rational) {
    timeBase = unit
    let shape = FrameShape(frame)
    if shape == inputShape { return }
    inputShape = shape
    outputShape = filter.shape(after: shape)
  }

  /// Takes the oldest frame out; nil when there is none.
  public mutating func take() -> Frame? {
    frames.popFirst()
  }
}
