import SystemPackage

/// Frames to filtered frames.
///
/// Owns the sampler before it and the links of the chain.
struct FilterChain: ~Copyable, FrameStage {
  /// Where the frames come from, in a box: it may be lent to a thread.
  private let source: Source
  /// Runs the sampler ahead of the filters.
  private var relay: FrameRelay?
  private let links: [any FilterLink]
  private let path: FilePath
  /// The frame rate of what goes into the filters; 0/1 when it is unknown.
  private let inputFrameRate: Rational
  /// What the sampling makes of it.
  private let sampledFrameRate: Rational
  /// The unit of the timestamps of what goes into the filters.
  private let inputTimeBase: Rational
  /// Told of every frame that goes into the filters.
  var onInput: ((borrowing Frame, Rational) -> Void)?
  /// Nanoseconds spent in filters.
  private(set) var nanoseconds: UInt64 = 0

  /// Builds the chain; graphs are configured when the first frame says what it looks like.
  ///
  /// - Parameters:
  ///   - sampler: The stage before; owned from here on.
  ///   - plan: The filters.
  ///   - rotation: What to do about a display matrix.
  ///   - path: The file, for messages.
  ///   - threads: Threads for filters, FFmpeg's and our own.
  /// - Throws: ``FramePoolError`` of code `refused` for options that a filter does not take.
  init(
    reading sampler: consuming Sampler, plan: FilterPlan, rotation: RotationPolicy, path: FilePath,
    threads: Int
  ) throws(FramePoolError) {
    let stream = sampler.decoder.demuxer.stream
    let frameRate = StreamInfo.frameRate(stream, in: sampler.decoder.demuxer.context)
    let startTime = sampler.decoder.demuxer.context.startTime
    let team = RowTeam(count: threads)
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
      if !points.isEmpty { links.append(OwnFilterLink(PointChain(points), team)) }
      if !measures.isEmpty { links.append(OwnFilterLink(MeasureChain(measures), team)) }
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
          links.append(OwnFilterLink(filter, team))
        }
      }
    }
    endGroups()
    self.links = links
    self.path = path
    inputFrameRate = frameRate
    inputTimeBase = sampler.timeBase
    sampledFrameRate = sampler.frameRate(of: frameRate)
    source = Source(sampler)
  }

  var timeBase: Rational { links.last?.timeBase ?? inputTimeBase }

  /// The frame rate of what comes out, as far as it is known; 0/1 when it is not.
  var frameRate: Rational {
    // A later piece that changes nothing repeats what the first was told.
    links.compactMap(\.outputFrameRate).last { $0 != inputFrameRate }
      ?? sampledFrameRate
  }

  /// Whether frames only pass through.
  var isPassive: Bool { links.allSatisfy(\.isPassive) }

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
  mutating func readCarried(until time: Ticks) {
    sampler.readCarried(until: time)
  }

  mutating func next() throws(FramePoolError) -> Frame? {
    try pull(links.count - 1)
  }

  /// Lets the stages before the filters run on a thread of their own from here on, so that decoding
  /// goes on while frames are filtered and encoded.
  ///
  /// Until ``settle()`` the sampler and all before it belong to that thread.
  ///
  /// - Parameter frames: How many may wait, decoded, at most.
  mutating func runAhead(frames: Int) {
    guard relay == nil else { return }
    nonisolated(unsafe) let source = source
    relay = FrameRelay(capacity: frames) { () throws(FramePoolError) in
      try source.sampler.next()
    }
  }

  /// Ends what runs ahead: the stages before the filters can be looked at again.
  mutating func settle() {
    relay?.stop()
    relay = nil
  }

  /// Where the frames come from.
  ///
  /// Not while it runs ahead.
  var sampler: Sampler {
    _read { yield source.sampler }
    _modify { yield &source.sampler }
  }

  /// Holds the sampler.
  private final class Source {
    var sampler: Sampler

    init(_ sampler: consuming Sampler) {
      self.sampler = sampler
    }
  }

  /// The next frame out of link `index`, which asks the one before it for what it needs.
  private mutating func pull(_ index: Int) throws(FramePoolError) -> Frame? {
    guard index >= 0 else {
      let frame = if let relay { try relay.take() } else { try sampler.next() }
      guard let frame else { return nil }
      onInput?(frame, inputTimeBase)
      return frame
    }
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
    let timeBase = index == 0 ? inputTimeBase : links[index - 1].timeBase
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
