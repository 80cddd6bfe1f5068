/// A piece of the chain that FFmpeg's filters do, with the turn to upright in front where that is
/// wanted.
///
/// Without anything to do it passes frames through untouched.
///
/// A change of size, format or display matrix in mid-stream drains the graph and builds a new one,
/// so that no frame is lost and none is scaled to the size of the first.
final class GraphLink: FilterLink {
  private let text: String?
  private let streamMatrix: [Int32]?
  private let turnsFrames: Bool
  private let frameRate: Rational
  private let threads: Int

  private var graph: FilterGraph?
  private var configuration: Configuration?
  /// A frame that waits: to pass through, or for the old graph to be empty.
  private var waiting: Frame?
  private var inputTimeBase = Rational(0, 1)
  private var isDraining = false
  private(set) var timeBase = Rational(0, 1)

  private(set) var usedFFmpegFilters = false

  let conversions: [String] = []

  private struct Configuration: Equatable {
    var input: FilterGraph.Input
    var filters: String?
  }

  /// - Parameters:
  ///   - text: Filters in FFmpeg's syntax; nil for none.
  ///   - streamMatrix: The container's display matrix.
  ///   - turnsFrames: Whether display matrices are applied.
  ///   - frameRate: The stream's frame rate; 0/1 when unknown.
  ///   - threads: Threads for the filters.
  init(
    _ text: String?, streamMatrix: [Int32]?, turnsFrames: Bool, frameRate: Rational, threads: Int
  ) {
    self.text = text
    self.streamMatrix = streamMatrix
    self.turnsFrames = turnsFrames
    self.frameRate = frameRate
    self.threads = threads
  }

  func send(_ frame: consuming Frame, timeBase: Rational) throws(FFmpegError) {
    inputTimeBase = timeBase
    let next = Configuration(input: FilterGraph.Input(frame), filters: filters(for: frame))
    if next == configuration, graph != nil {
      try graph?.send(frame)
      return
    }
    configuration = next
    waiting = consume frame
    if graph != nil { try graph?.drain() }
  }

  func drain() throws(FFmpegError) {
    isDraining = true
    if graph != nil { try graph?.drain() }
  }

  func receive() throws(FFmpegError) -> FilterGraph.Output {
    while true {
      if graph != nil {
        switch try receiveFromGraph() {
        case .frame(let frame):
          if turnsFrames { frame.dropDisplayMatrix() }
          return .frame(frame)
        case .needsInput: return .needsInput
        case .ended: graph = nil
        }
      }
      guard let frame = waiting.take() else { return isDraining ? .ended : .needsInput }
      guard let filters = configuration?.filters else {
        timeBase = inputTimeBase
        return .frame(frame)
      }
      let made = try FilterGraph(
        filters, for: frame, timeBase: inputTimeBase, frameRate: frameRate, threads: threads)
      timeBase = made.timeBase
      usedFFmpegFilters = true
      try made.send(frame)
      if isDraining { try made.drain() }
      graph = consume made
    }
  }

  private func receiveFromGraph() throws(FFmpegError) -> FilterGraph.Output {
    switch graph {
    case .some(let graph): return try graph.receive()
    case .none: return .ended
    }
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
