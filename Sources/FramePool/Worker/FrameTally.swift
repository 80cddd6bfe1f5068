/// What is noted of each frame as it leaves the pipeline: counts and times, never pixels.
struct FrameTally {
  /// Frames so far.
  private(set) var count = 0
  /// The first frame's timestamp in seconds.
  private(set) var firstTimestamp: Double?
  /// The last frame's timestamp in seconds.
  private(set) var lastTimestamp: Double?
  /// The first frame's pixel format.
  private(set) var firstPixelFormat: String?
  /// Sizes and formats in the order they came up, for example `640x360 yuv420p`; at most eight.
  private(set) var formats: [String] = []

  private var last: (pts: Int64, timeBase: Rational)?
  private var gaps: (smallest: Int64, largest: Int64, count: Int)?
  private var shape: (width: Int, height: Int, format: PixelFormat)?

  /// Takes a frame down.
  mutating func add(_ frame: borrowing Frame, timeBase: Rational) {
    count += 1
    note(shape: (frame.width, frame.height, frame.pixelFormat))
    guard let pts = frame.pts else { return }
    let seconds = timeBase.seconds(pts)
    if firstTimestamp == nil { firstTimestamp = seconds }
    lastTimestamp = seconds
    if let last, last.timeBase == timeBase {
      let gap = pts &- last.pts
      let before = gaps ?? (gap, gap, 0)
      gaps = (min(before.smallest, gap), max(before.largest, gap), before.count + 1)
    }
    last = (pts, timeBase)
  }

  /// Whether the gaps between timestamps differ by more than two units, which is what rounding to
  /// the time base can make of even ones.
  var isVariable: Bool? {
    guard let gaps, gaps.count >= 2 else { return nil }
    return gaps.largest &- gaps.smallest > 2
  }

  private mutating func note(shape new: (width: Int, height: Int, format: PixelFormat)) {
    if let shape, shape == new { return }
    shape = new
    if firstPixelFormat == nil { firstPixelFormat = new.format.name }
    let text = "\(new.width)x\(new.height) \(new.format.name)"
    if formats.count < 8, !formats.contains(text) { formats.append(text) }
  }
}
