import CFFmpeg

/// A piece of the chain that one of our own filters does, or several in one pass.
final class OwnFilterLink: FilterLink {
  private let filter: any FrameFilter
  /// The filter, or the filters that it stands for.
  private let members: [any FrameFilter]
  private let onlyMeasures: Bool
  private var output: FilterOutput
  private var converter: GraphLink?
  private var convertedFrom: PixelFormat?
  private var isDraining = false
  private(set) var timeBase = Rational(0, 1)
  private(set) var conversions: [String] = []

  var usedFFmpegFilters: Bool { converter != nil }

  /// - Parameters:
  ///   - filter: Does it.
  ///   - team: Shares the rows of pictures out.
  init(_ filter: any FrameFilter, _ team: RowTeam) {
    self.filter = filter
    output = FilterOutput(team)
    members = (filter as? any FilterGroup)?.members ?? [filter]
    onlyMeasures = type(of: filter).onlyMeasures
  }

  var measurements: [FilterMeasurements] {
    members.compactMap { member in
      let values = member.measurements()
      return values.isEmpty
        ? nil : FilterMeasurements(filter: type(of: member).name, values: values)
    }
  }

  func send(_ frame: consuming Frame, timeBase: Rational) throws {
    self.timeBase = timeBase
    if filter.takes(frame.pixelFormat) {
      try apply(frame)
    } else if onlyMeasures {
      try measure(frame)
    } else {
      try apply(try converted(frame))
    }
  }

  func drain() throws {
    isDraining = true
    try filter.finish(into: &output)
  }

  func receive() -> FilterGraph.Output {
    if let frame = output.take() { return .frame(frame) }
    return isDraining ? .ended : .needsInput
  }

  private func apply(_ frame: consuming Frame) throws {
    output.prepare(for: frame, filter, timeBase)
    try filter.filter(frame, into: &output)
  }

  /// Lets the filter see a converted frame; the frame that goes on is the one that came.
  private func measure(_ frame: consuming Frame) throws {
    try apply(try converted(try frame.makeReference()))
    guard let measured = output.take() else { return }
    frame.copyNotes(from: measured)
    output.emit(frame)
  }

  /// The frame in the nearest layout that the filter takes, by libavfilter's own measure of what a
  /// conversion loses (`av_find_best_pix_fmt_of_2`).
  private func converted(_ frame: consuming Frame) throws(FFmpegError) -> Frame {
    let before = frame.pixelFormat
    let converter = converter ?? makeConverter()
    self.converter = converter
    try converter.send(frame, timeBase: timeBase)
    // One frame in gives one frame out: `format` holds nothing back.
    guard case .frame(let result) = try converter.receive() else {
      throw FFmpegError(code: .invalidArgument, function: "format", logLine: nil)
    }
    if before != convertedFrom {
      convertedFrom = before
      conversions.append(describe(before, result.pixelFormat))
    }
    return result
  }

  private func describe(_ before: PixelFormat, _ after: PixelFormat) -> String {
    let losses = before.losses(to: after)
    let name = members.map { type(of: $0).name }.joined(separator: ",")
    return "\(before.name) to \(after.name) for \(name)"
      + (onlyMeasures ? ", for measuring only" : "")
      + (losses.isEmpty ? "" : ", losing \(losses.joined(separator: " and "))")
  }

  private func makeConverter() -> GraphLink {
    var names: [String] = []
    var descriptor: UnsafePointer<AVPixFmtDescriptor>?
    while let next = av_pix_fmt_desc_next(descriptor) {
      descriptor = next
      let format = PixelFormat(rawValue: av_pix_fmt_desc_get_id(next).rawValue)
      if filter.takes(format) { names.append(format.name) }
    }
    return GraphLink(
      "format=pix_fmts=" + names.joined(separator: "|"), streamMatrix: nil, turnsFrames: false,
      frameRate: Rational(0, 1), startTime: .zero, threads: 1)
  }
}
