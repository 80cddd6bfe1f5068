/// Frozen pictures and how long they last, by FFmpeg's `freezedetect`.
///
/// Every frame is compared with the first one of its still: while the mean absolute difference over
/// all planes, as a share of the range (2^depth), is at most `noise`, the picture is frozen.
/// Intervals of at least `duration` seconds go into the report. A frame of another size or layout
/// begins anew.
final class FreezeFilter: FrameFilter {
  static let name = "freeze"
  static let summary = "Find intervals in which the picture is frozen."
  static let example = "freeze=duration=1:noise=0.002"
  static let onlyMeasures = true
  static let duration = FilterOption.number(
    "duration", "the shortest interval that counts, in seconds", in: 0...3600, default: 2)
  static let noise = FilterOption.number(
    "noise", "the largest mean difference of a frozen picture, as a share of the range", in: 0...1,
    default: 0.001)
  static var options: [any AnyFilterOption] { [duration, noise] }

  private let noise: Double
  private var reference: Frame?
  private var referenceTime: Double?
  private var lastTime: Double?
  private var intervals: IntervalTracker

  init(_ options: FilterOptions) {
    noise = options[Self.noise]
    intervals = IntervalTracker(shortest: options[Self.duration])
  }

  var lookBehind: Int { .max }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    let seconds = output.seconds(of: frame)
    if let difference = Self.difference(reference, frame) {
      frame.note("freeze.difference", difference)
      frame.note("freeze.frozen", difference <= noise ? 1 : 0)
      if difference <= noise {
        lastTime = seconds
        output.emit(frame)
        return
      }
    }
    close(at: seconds)
    reference = try frame.makeReference()
    referenceTime = seconds
    lastTime = seconds
    output.emit(frame)
  }

  func finish(into output: inout FilterOutput) {
    close(at: lastTime)
  }

  func measurements() -> [String: MeasureValue] {
    ["intervals": intervals.list]
  }

  /// The mean absolute difference to the reference, as a share of the range.
  private static func difference(_ reference: borrowing Frame?, _ frame: borrowing Frame) -> Double?
  {
    let shape = FrameShape(frame)
    switch reference {
    case .none: return nil
    case .some(let reference):
      guard FrameShape(reference) == shape else { return nil }
      let format = shape.pixelFormat
      var sum: UInt64 = 0
      var count = 0
      for plane in 0..<format.componentCount {
        let (a, b) = (reference.view(ofPlane: plane), frame.view(ofPlane: plane))
        sum +=
          format.depth == 8
          ? MeasureKernels.distance(.best, a, b, as: UInt8.self)
          : MeasureKernels.distance(.best, a, b, as: UInt16.self)
        count += a.width * a.height
      }
      return Double(sum) / Double(count) / Double(1 << format.depth)
    }
  }

  private func close(at end: Double?) {
    if let start = referenceTime, let end { intervals.add(from: start, to: end) }
  }
}
