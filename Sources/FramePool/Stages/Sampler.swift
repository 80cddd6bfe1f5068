import CFFmpeg

/// Frames to those of them that are worked on.
///
/// Owns the decoder before it.
struct Sampler: ~Copyable, FrameStage {
  /// Where the frames come from.
  private(set) var decoder: Decoder
  private let sampling: Sampling
  /// When the container begins, in microseconds of its own time.
  private let origin: Ticks
  /// The window in microseconds from there.
  private let start: Ticks?
  private let windowEnd: Ticks?
  private var rate: RateSampler?
  /// A frame that was decoded ahead.
  private var waiting: Frame?
  private var isInside = false
  private var isOver = false
  private var index = 0

  /// Frames given so far.
  private(set) var frameCount = 0
  /// What the frames in the window say, those that ``Sampling/every`` or ``Sampling/rate`` passes
  /// over too.
  private(set) var facts = FrameFacts()

  /// Takes from a decoder what `sampling` says.
  ///
  /// - Parameters:
  ///   - decoder: The stage before; owned from here on.
  ///   - sampling: Which frames.
  init(reading decoder: consuming Decoder, _ sampling: Sampling = Sampling()) {
    origin = decoder.demuxer.context.startTime
    func ticks(_ seconds: Double) -> Ticks { Ticks(MediaTime(seconds: seconds).microseconds) }
    start = sampling.start.map(ticks)
    windowEnd = sampling.duration.map { ticks((sampling.start ?? 0) + $0) }
    rate = sampling.rate.map { RateSampler($0) }
    // Without a start all frames are inside from the first one on, with a timestamp or without.
    isInside = sampling.start == nil
    self.sampling = sampling
    self.decoder = decoder
  }

  var timeBase: Rational { decoder.timeBase }

  /// The frame rate of what comes out, when `rate` comes in; 0/1 when that cannot be told.
  func frameRate(of rate: Rational) -> Rational {
    if sampling.keyframes { return Rational(0, 1) }
    if let sampled = sampling.rate { return Rational(sampled.numerator, sampled.denominator) }
    guard let every = sampling.every, let factor = Int32(exactly: every) else { return rate }
    let (denominator, overflow) = rate.denominator.multipliedReportingOverflow(by: factor)
    return overflow ? Rational(0, 1) : Rational(rate.numerator, denominator)
  }

  /// The window in time, in microseconds of the container's own time; nil where it is open.
  var window: (start: Ticks?, end: Ticks?) {
    (start.map { origin + $0 }, windowEnd.map { origin + $0 })
  }

  /// Whether ``Sampling/frames`` ended it.
  var reachedLimit: Bool { sampling.frames.map { frameCount >= $0 } ?? false }

  /// As ``Demuxer/findCarriedStarts()``.
  mutating func findCarriedStarts() {
    decoder.findCarriedStarts()
  }

  /// As ``Demuxer/readCarried(until:)``.
  mutating func readCarried(until time: Ticks) {
    decoder.readCarried(until: time)
  }

  mutating func next() throws(FramePoolError) -> Frame? {
    guard !isOver else { return nil }
    if let limit = sampling.frames, frameCount >= limit { return end() }
    if rate != nil { return try nextAtRate() }
    while let frame = try nextInWindow() {
      facts.add(frame)
      defer { index += 1 }
      if let every = sampling.every, !index.isMultiple(of: every) { continue }
      frameCount += 1
      return frame
    }
    return end()
  }

  /// Decodes up to the first frame of the window.
  ///
  /// - Returns: Whether the decoder stood early enough for that: its first frame was before the
  ///   window's start, or at it, or there was none.
  /// - Throws: As ``next()``.
  mutating func advanceToStart() throws(FramePoolError) -> Bool {
    guard let start else { return true }
    var isFirst = true
    while let frame = try decoder.next() {
      guard frame.pts != nil else { continue }
      let order = order(of: frame, start)
      if isFirst, order > 0 { return false }
      isFirst = false
      if order >= 0 {
        waiting = consume frame
        return true
      }
    }
    return true
  }

  private mutating func nextAtRate() throws(FramePoolError) -> Frame? {
    let unit = timeBase
    while let frame = try nextTimed() {
      facts.add(frame)
      let pts = frame.pts ?? 0
      var next: Int64?
      while let following = try nextTimed() {
        // One that is not later is never nearer to a tick.
        guard let time = following.pts, time > pts else {
          facts.add(following)
          continue
        }
        next = time
        waiting = consume following
        break
      }
      if rate?.takes(pts, next: next, unit) ?? true {
        frameCount += 1
        return frame
      }
    }
    return end()
  }

  /// The next frame in the window that has a timestamp.
  private mutating func nextTimed() throws(FramePoolError) -> Frame? {
    while let frame = try nextInWindow() {
      if frame.pts != nil { return frame }
    }
    return nil
  }

  private mutating func nextInWindow() throws(FramePoolError) -> Frame? {
    while let frame = try waitingOrNext() {
      if let start, frame.pts != nil { isInside = isInside || order(of: frame, start) >= 0 }
      if let windowEnd, frame.pts != nil, order(of: frame, windowEnd) >= 0 { return nil }
      if isInside { return frame }
    }
    return nil
  }

  private mutating func waitingOrNext() throws(FramePoolError) -> Frame? {
    if let frame = waiting.take() { return frame }
    return try decoder.next()
  }

  /// Whether a frame is before (-1), at (0) or after (1) a time; exact, by `av_compare_ts`.
  private func order(of frame: borrowing Frame, _ time: Ticks) -> Int {
    guard let own = frame.time else { return 0 }
    // A container's start is rounded to microseconds: in the stream's own unit it is a tick again.
    let first = origin.rescaled(from: .microseconds, to: timeBase)
    return (own - first).order(timeBase, time, .microseconds)
  }

  private mutating func end() -> Frame? {
    isOver = true
    waiting = nil
    return nil
  }
}
