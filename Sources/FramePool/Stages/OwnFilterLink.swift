import CFFmpeg

/// A piece of the chain that one of our own filters does.
final class OwnFilterLink: FilterLink {
  private let filter: any FrameFilter
  private let type: any FrameFilter.Type
  private var converter: GraphLink?
  private var convertedFrom: PixelFormat?
  private var waiting: Frame?
  private var isDraining = false
  private(set) var timeBase = Rational(0, 1)
  private(set) var conversions: [String] = []

  var usedFFmpegFilters: Bool { converter != nil }

  init(_ filter: any FrameFilter, _ type: any FrameFilter.Type) {
    self.filter = filter
    self.type = type
  }

  func send(_ frame: consuming Frame, timeBase: Rational) throws(FFmpegError) {
    self.timeBase = timeBase
    if type.takes(frame.pixelFormat) {
      waiting = try filter.apply(frame)
    } else {
      waiting = try filter.apply(try converted(frame))
    }
  }

  func drain() {
    isDraining = true
  }

  func receive() -> FilterGraph.Output {
    if let frame = waiting.take() { return .frame(frame) }
    return isDraining ? .ended : .needsInput
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
      conversions.append(
        "\(before.name) to \(result.pixelFormat.name) for \(type.description.name)")
    }
    return result
  }

  private func makeConverter() -> GraphLink {
    var names: [String] = []
    var descriptor: UnsafePointer<AVPixFmtDescriptor>?
    while let next = av_pix_fmt_desc_next(descriptor) {
      descriptor = next
      let format = PixelFormat(rawValue: av_pix_fmt_desc_get_id(next).rawValue)
      if type.takes(format) { names.append(format.name) }
    }
    return GraphLink(
      "format=pix_fmts=" + names.joined(separator: "|"), streamMatrix: nil, turnsFrames: false,
      frameRate: Rational(0, 1), startTime: 0, threads: 1)
  }
}
