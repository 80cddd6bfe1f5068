/// Black pictures and how long they last, by FFmpeg's `blackdetect`.
///
/// A pixel is black when its luma is at most `black + pixel * (white - black)`, in the frame's own
/// range; a picture when at least the share `picture` of its pixels is. Intervals of at least
/// `duration` seconds go into the report. RGB is judged by its luma.
final class BlackFilter: FrameFilter {
  static let name = "black"
  static let summary = "Find intervals of black pictures."
  static let example = "black=duration=0.5"
  static let onlyMeasures = true
  static let duration = FilterOption.number(
    "duration", "the shortest interval that counts, in seconds", in: 0...3600, default: 2)
  static let picture = FilterOption.number(
    "picture", "the share of black pixels that makes a picture black", in: 0...1, default: 0.98)
  static let pixel = FilterOption.number(
    "pixel", "how far from black to white a black pixel may be", in: 0...1, default: 0.1)
  static var options: [any AnyFilterOption] { [duration, picture, pixel] }

  private let picture: Double
  private let pixel: Double
  private let luma = LumaPlane()
  private var intervals: IntervalTracker

  init(_ options: FilterOptions) {
    picture = options[Self.picture]
    pixel = options[Self.pixel]
    intervals = IntervalTracker(shortest: options[Self.duration])
  }

  var lookBehind: Int { .max }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) {
    let colour = FrameColour(frame)
    let plane = luma.view(of: frame, colour)
    let limit = Int(saturating: Double(colour.black) + pixel * Double(colour.white - colour.black))
    let count =
      colour.format.depth == 8
      ? MeasureKernels.atMost(.best, plane, limit: UInt8(limit))
      : MeasureKernels.atMost(.best, plane, limit: UInt16(limit))
    let share = Double(count) / Double(plane.width * plane.height)
    frame.note("black.share", share)
    intervals.add(share >= picture, at: output.seconds(of: frame))
    output.emit(frame)
  }

  func finish(into output: inout FilterOutput) {
    intervals.finish()
  }

  func measurements() -> [String: MeasureValue] {
    ["intervals": intervals.list]
  }
}
