import SystemPackage

/// Frames to filtered frames.
///
/// Owns the sampler before it and the links of the chain.
struct FilterChain: ~Copyable, FrameStage {
  /// Where the frames come from.
  private(set) var sampler: Sampler
  private let links: [any FilterLink]
  private let path: FilePath
  /// The frame rate of what goes into the filters; 0/1 when it is unknown.
  private let inputFrameRate: Rational
  /// Nanoseconds spent in filters.
  private(set) var nanoseconds: UInt64 = 0

  /// Builds the chain; graphs are configured when the first frame says what it looks like.
  ///
  /// - Parameters:
  ///   - sampler: The stage before; owned from here on.
  ///   - plan: The filters.
  ///   - rotation: What to do about a display matrix.
  ///   - path: The file, for messages.
  ///   - threads: Threads for FFmpeg's filters.
  /// - Throws: ``FramePoolError`` of code `refused` for options that a filter does not take.
  init(
    reading sampler: consuming Sampler, plan: FilterPlan, rotation: RotationPolicy, path: FilePath,
    threads: Int
  ) throws(FramePoolError) {
    let stream = sampler.decoder.demuxer.stream
    let frameRate = StreamInfo.frameRate(stream, in: sampler.decoder.demuxer.context)
    let startTime = sampler.decoder.demuxer.context.startTime
    var segments = plan.segments[...]
    var links: [any FilterLink] = []
    func graph(_ text: String?, matrix: [Int32]?, turns: Bool) -> GraphLink {
      GraphLink(
        text, streamMatrix: matrix, turnsFrames: turns, frameRate: frameRate, startTime: startTime,
        threads: threads)
    }
    if rotation == .auto {
      // The turn and the filters behind it share a graph.
      var text: String?
      if case .graph(let first)? = segments.first {
        text = first
        segments.removeFirst()
      }
      links.append(graph(text, matrix: StreamInfo.displayMatrix(stream), turns: true))
    }
    // Neighbouring point filters share one pass, neighbouring measuring filters one conversion.
    var points: [any PointFilter] = []
    var measures: [any FrameFilter] = []
    func endGroups() {
      if !points.isEmpty { links.append(OwnFilterLink(PointChain(points))) }
      if !measures.isEmpty { links.append(OwnFilterLink(MeasureChain(measures))) }
      points = []
      measures = []
    }
    for segment in segments {
      switch segment {
      case .graph(let text):
        endGroups()
        links.append(graph(text, matrix: nil, turns: false))
      case .own(let type, let options):
        let filter = try FilterPlan.make(type, options)
        if let point = filter as? any PointFilter {
          if !measures.isEmpty { endGroups() }
          points.append(point)
        } else if type.onlyMeasures {
          if !points.isEmpty { endGroups() }
          measures.append(filter)
        } else {
          endGroups()
          links.append(OwnFilterLink(filter))
        }
      }
    }
    endGroups()
    self.links = links
    self.path = path
    inputFrameRate = frameRate
    self.sampler = sampler
  }

  var timeBase: Rational { links.last?.timeBase ?? sampler.timeBase }

  /// The frame rate of what comes out, as far as it is known; 0/1 when it is not.
  var frameRate: Rational {
    // A later piece that changes nothing repeats what the first was told.
    links.compactMap(\.outputFrameRate).last { $0 != inputFrameRate }
      ?? sampler.frameRate(of: inputFrameRate)
  }

  /// Conversions that were made because a filter does not take the decoder's layout.
  var conversions: [String] { links.flatMap(\.conversions) }

  /// What the filters measured over the whole video, in the order of the chain.
  var measurements: [FilterMeasurements] { links.flatMap(\.measurements) }

  /// Whether FFmpeg's filters were needed.
  var usedFFmpegFilters: Bool { links.contains { $0.usedFFmpegFilters } }

  /// As ``Demuxer/findCarriedStarts()``.
  mutating func findCarriedStarts() {
    sampler.findCarriedStarts()
  }

  /// As ``Demuxer/readCarried(until:)``.
  mutating func readCarried(until time: Int64) {
    sampler.readCarried(until: time)
  }

  mutating func next() throws(FramePoolError) -> Frame? {
    try pull(links.count - 1)
  }

  /// The next frame out of link `index`, which asks the one before it for what it needs.
  private mutating func pull(_ index: Int) throws(FramePoolError) -> Frame? {
    guard index >= 0 else { return try sampler.next() }
    while true {
      switch try receive(from: links[index]) {
      case .frame(let frame): return frame
      case .ended: return nil
      case .needsInput: try send(try pull(index - 1), to: index)
      }
    }
  }

  private mutating func receive(
    from link: any FilterLink
  ) throws(FramePoolError) -> FilterGraph.Output {
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    do {
      return try link.receive()
    } catch {
      throw failure(error)
    }
  }

  private mutating func send(
    _ frame: consuming Frame?, to index: Int
  ) throws(FramePoolError) {
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    let timeBase = index == 0 ? sampler.timeBase : links[index - 1].timeBase
    do {
      if let frame {
        try links[index].send(frame, timeBase: timeBase)
      } else {
        try links[index].drain()
      }
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: any Error) -> FramePoolError {
    if let error = error as? FramePoolError { return error }
    guard let error = error as? FFmpegError else {
      return FramePoolError(.internal, "\(path): a filter failed: \(error)")
    }
    if error.code == .noMemory {
      return FramePoolError(.outOfMemory, "\(path): memory ran out in a filter", cause: error)
    }
    return FramePoolError(
      .unsupported, "\(path): the filter chain cannot be applied to this video", cause: error)
  }
}
