/// Less noise: the median of 3 x 3 samples, or the mean over neighbouring frames.
///
/// `median` replaces each sample by the median of itself and its eight neighbours; beyond the edges
/// the nearest sample counts. `temporal` replaces each sample by the mean of those at its place in
/// `radius` frames before, the frame itself, and `radius` frames after, where a sample that differs
/// from the frame's own by more than `threshold` of the range counts as the frame's own: what moves
/// stays sharp. At the beginning and the end, and where size or format change, there are fewer
/// frames. Alpha stays.
final class DenoiseFilter: FrameFilter {
  /// How.
  enum Method: String, CaseIterable {
    case median
    case temporal
  }

  static let name = "denoise"
  static let summary = "Remove noise: by the median of neighbouring pixels, or by a mean over time."
  static let example = "denoise=method=temporal:threshold=0.05"
  static let method = FilterOption<Method>.choice(
    "method", "3x3 median, or mean over neighbouring frames", default: .median)
  static let threshold = FilterOption.number(
    "threshold", "temporal: the largest difference, as a share of the range, that is noise",
    in: 0...1, default: 0.04)
  static let radius = FilterOption.integer(
    "radius", "temporal: frames on either side", in: 1...4, default: 1)
  static var options: [any AnyFilterOption] { [method, threshold, radius] }

  private let method: Method
  private let threshold: Double
  private let radius: Int
  private var window = FrameWindow()

  init(_ options: FilterOptions) {
    method = options[Self.method]
    threshold = options[Self.threshold]
    radius = options[Self.radius]
  }

  var lookBehind: Int { method == .temporal ? radius : 0 }
  var lookAhead: Int { method == .temporal ? radius : 0 }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    switch method {
    case .median:
      output.emit(try median(frame, &output))
    case .temporal:
      if window.isEnded(by: frame) { try finish(into: &output) }
      window.append(frame)
      if window.count > window.centre + radius { try emitMean(&output) }
    }
  }

  func finish(into output: inout FilterOutput) throws {
    while window.centre < window.count { try emitMean(&output) }
    window.removeAll()
  }

  private func median(
    _ frame: consuming Frame, _ output: inout FilterOutput
  ) throws(FFmpegError) -> Frame {
    let isNarrow = frame.pixelFormat.depth == 8
    return try PlaneFilter.apply(to: .colours, of: frame, inPlace: false, &output) {
      _, source, target, rows, scratch in
      if isNarrow {
        MedianKernel.apply(.best, source, target, scratch, rows: rows, as: UInt8.self)
      } else {
        MedianKernel.apply(.best, source, target, scratch, rows: rows, as: UInt16.self)
      }
    }
  }

  /// Emits the mean for the frame in the window's middle and moves on to the next.
  private func emitMean(_ output: inout FilterOutput) throws(FFmpegError) {
    output.emit(
      try window.withCentre { frame, planes, centre throws(FFmpegError) in
        let format = frame.pixelFormat
        let limit = Int(saturating: (threshold * Double(1 << format.depth - 1)).rounded())
        return try PlaneFilter.apply(
          to: .colours, of: frame.makeReference(), inPlace: false, &output
        ) { index, _, target, rows, _ in
          if format.depth == 8 {
            PointKernels.temporalMean(
              .best, planes(index), centre: centre, target, threshold: UInt8(limit), rows: rows)
          } else {
            PointKernels.temporalMean(
              .best, planes(index), centre: centre, target, threshold: UInt16(limit), rows: rows)
          }
        }
      })
    window.advance(keeping: radius)
  }
}
