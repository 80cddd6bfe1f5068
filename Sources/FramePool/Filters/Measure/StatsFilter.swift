/// What the samples of each plane are: smallest, largest, mean and standard deviation.
///
/// Over all samples of a plane, in the samples' own units: `mean = sum / n`, `deviation = sqrt(sum
/// of squares / n - mean^2)` (of the population). Smallest, largest and mean are FFmpeg's
/// `signalstats` YMIN, YMAX and YAVG. The summary is over all frames; with `histogram=1` it has the
/// histogram of each plane, of 256 bins, where one of more than 8 bits has several values in a bin.
final class StatsFilter: FrameFilter {
  static let name = "stats"
  static let summary =
    "Measure the smallest, largest and mean sample of each plane, and the deviation."
  static let example = "stats=histogram=1"
  static let onlyMeasures = true
  static let histogram = FilterOption.flag("histogram", "count the values, for the summary")
  static var options: [any AnyFilterOption] { [histogram] }

  private struct Total {
    var minimum = UInt32.max
    var maximum: UInt32 = 0
    var sum: UInt64 = 0
    /// A film of 16-bit samples has more than 64 bits of squares.
    var squares: UInt128 = 0
    var count: UInt64 = 0
    var histogram = [UInt64](repeating: 0, count: 256)
  }

  private let wantsHistogram: Bool
  private var totals: [String: Total] = [:]

  init(_ options: FilterOptions) {
    wantsHistogram = options[Self.histogram]
  }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) {
    let format = frame.pixelFormat
    for component in 0..<format.componentCount {
      let plane = frame.view(ofPlane: format.plane(ofComponent: component))
      let name = Self.name(ofComponent: component, format)
      if format.depth == 8 {
        measure(plane, name, &frame, shift: 0, as: UInt8.self)
      } else {
        measure(plane, name, &frame, shift: format.depth - 8, as: UInt16.self)
      }
    }
    output.emit(frame)
  }

  private func measure<Sample: KernelSample>(
    _ plane: PlaneView, _ name: String, _ frame: inout Frame, shift: Int, as sample: Sample.Type
  ) {
    let summary = MeasureKernels.summary(.best, plane, as: sample)
    let count = UInt64(plane.width * plane.height)
    let (mean, deviation) = Self.moments(
      Double(summary.sum), Double(summary.squares), Double(count))
    frame.note("stats.\(name)_min", Double(summary.minimum))
    frame.note("stats.\(name)_max", Double(summary.maximum))
    frame.note("stats.\(name)_mean", mean)
    frame.note("stats.\(name)_deviation", deviation)
    var total = totals.removeValue(forKey: name) ?? Total()
    total.count += count
    total.sum += summary.sum
    total.squares += UInt128(summary.squares)
    total.minimum = min(total.minimum, summary.minimum)
    total.maximum = max(total.maximum, summary.maximum)
    if wantsHistogram {
      MeasureKernels.histogram(plane, shift: shift, into: &total.histogram, as: sample)
    }
    totals[name] = total
  }

  func measurements() -> [String: MeasureValue] {
    totals.mapValues { total in
      let (mean, deviation) = Self.moments(
        Double(total.sum), Double(total.squares), Double(total.count))
      var table: [String: MeasureValue] = [
        "min": .count(Int(total.minimum)), "max": .count(Int(total.maximum)),
        "mean": .number(mean), "deviation": .number(deviation),
      ]
      if wantsHistogram {
        table["histogram"] = .list(total.histogram.map { .count(Int($0)) })
      }
      return .table(table)
    }
  }

  private static func moments(
    _ sum: Double, _ squares: Double, _ count: Double
  ) -> (mean: Double, deviation: Double) {
    let mean = sum / count
    return (mean, max(squares / count - mean * mean, 0).squareRoot())
  }

  private static func name(ofComponent component: Int, _ format: PixelFormat) -> String {
    if format.hasAlpha, component == format.componentCount - 1 { return "a" }
    return (format.isRGB ? ["r", "g", "b"] : ["y", "u", "v"])[min(component, 2)]
  }
}
