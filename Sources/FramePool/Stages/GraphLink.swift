import CFFmpeg

/// A piece of the chain that FFmpeg's filters do, with the turn to upright in front where that is
/// wanted.
///
/// Without anything to do it passes frames through untouched.
///
/// A change of size, format or display matrix in mid-stream drains the graph and builds a new one,
/// so that no frame is lost and none is scaled to the size of the first.
final class GraphLink: FilterLink {
  private var text: String?
  private let streamMatrix: [Int32]?
  private let turnsFrames: Bool
  private let frameRate: Rational
  private let startTime: Ticks
  private let threads: Int

  private var graph: FilterGraph?
  private var configuration: Configuration?
  /// A frame that waits: to pass through, or for the old graph to be empty.
  private var waiting: Frame?
  private var inputTimeBase = Rational(0, 1)
  private var isDraining = false
  /// When the last frame's time is over, in units of the input's time base.
  private var end: Ticks?
  private(set) var timeBase = Rational(0, 1)
  private(set) var outputFrameRate: Rational?

  private(set) var usedFFmpegFilters = false

  let conversions: [String] = []

  var isPassive: Bool { configuration.map { $0.filters == nil } ?? (text == nil) }

  private struct Configuration: Equatable {
    var input: FilterGraph.Input
    var filters: String?
  }

  /// - Parameters:
  ///   - text: Filters in FFmpeg's syntax; nil for none.
  ///   - streamMatrix: The container's display matrix.
  ///   - turnsFrames: Whether display matrices are applied.
  ///   - frameRate: The stream's frame rate; 0/1 when unknown.
  ///   - startTime: When the container begins, in microseconds. Filters see times from there, as
  ///     in FFmpeg's own tool, so that `fade=st=1` means the same; the frames keep their own.
  ///   - threads: Threads for the filters.
  init(
    _ text: String?, streamMatrix: [Int32]?, turnsFrames: Bool, frameRate: Rational,
    startTime: Ticks, threads: Int
  ) {
    self.startTime = startTime
    self.text = text
    self.streamMatrix = streamMatrix
    self.turnsFrames = turnsFrames
    self.frameRate = frameRate
    self.threads = threads
  }

  /// Lets the frames that follow be filtered otherwise.
  func replaceFilters(with text: String) {
    self.text = text
  }

  func send(_ frame: consuming Frame, timeBase: Rational) throws(FFmpegError) {
    inputTimeBase = timeBase
    shift(frame, by: -1, timeBase)
    let nextEnd = self.end(of: frame)
    let next = Configuration(input: FilterGraph.Input(frame), filters: filters(for: frame))
    if next == configuration, graph != nil {
      try graph?.send(frame)
      end = nextEnd
      return
    }
    configuration = next
    waiting = consume frame
    if graph != nil { try graph?.drain(end: end) }
    end = nextEnd
  }

  func drain() throws(FFmpegError) {
    isDraining = true
    if graph != nil { try graph?.drain(end: end) }
  }

  func receive() throws(FFmpegError) -> FilterGraph.Output {
    while true {
      if graph != nil {
        switch try receiveFromGraph() {
        case .frame(let frame):
          if turnsFrames { frame.dropDisplayMatrix() }
          shift(frame, by: 1, timeBase)
          return .frame(frame)
        case .needsInput: return .needsInput
        case .ended: graph = nil
        }
      }
      guard let frame = waiting.take() else { return isDraining ? .ended : .needsInput }
      guard let filters = configuration?.filters else {
        timeBase = inputTimeBase
        outputFrameRate = frameRate
        shift(frame, by: 1, timeBase)
        return .frame(frame)
      }
      let made = try FilterGraph(
        filters, for: frame, timeBase: inputTimeBase, frameRate: frameRate, threads: threads)
      timeBase = made.timeBase
      outputFrameRate = made.frameRate
      usedFFmpegFilters = true
      try made.send(frame)
      if isDraining { try made.drain(end: end) }
      graph = consume made
    }
  }

  private func receiveFromGraph() throws(FFmpegError) -> FilterGraph.Output {
    switch graph {
    case .some(let graph): return try graph.receive()
    case .none: return .ended
    }
  }

  /// Moves a frame's timestamp by the container's start, back (-1) or forth (1).
  private func shift(_ frame: borrowing Frame, by sign: Int, _ timeBase: Rational) {
    guard startTime != .zero, let time = frame.time else { return }
    let start = startTime.rescaled(from: .microseconds, to: timeBase)
    frame.raw.pointee.pts = (sign < 0 ? time - start : time + start).field
  }

  /// When a frame's time is over: by its own duration, or by the frame rate where it has none.
  private func end(of frame: borrowing Frame) -> Ticks? {
    guard let time = frame.time else { return nil }
    if frame.length > .zero { return time + frame.length }
    guard let rate = frameRate.value, let unit = inputTimeBase.value else { return time }
    return time + Ticks(Int64(saturating: (1 / (rate * unit)).rounded()))
  }

  private func filters(for frame: borrowing Frame) -> String? {
    var parts: [String] = []
    if turnsFrames, let matrix = frame.displayMatrix ?? streamMatrix,
      let turn = Rotation.filters(matrix)
    {
      parts.append(turn)
    }
    if let text { parts.append(text) }
    return parts.isEmpty ? nil : parts.joined(separator: ",")
  }
}
