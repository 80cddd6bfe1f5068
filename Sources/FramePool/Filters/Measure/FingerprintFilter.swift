/// A perceptual hash of frames at regular times: pictures that look alike have hashes that differ
/// in few of their 64 bits, whatever their size, codec or brightness.
///
/// The difference hash (Krawetz, "Kind of Like That", 2013): the luma is brought to 9 x 8 cells by
/// the mean over each, and a bit says whether a cell is darker than its right neighbour; the first
/// bit, the highest, is the upper left one's. 16 hexadecimal digits. A frame is sampled when it is
/// the first, or at least `interval` seconds after the last sampled one; one without a timestamp
/// is.
final class FingerprintFilter: FrameFilter {
  static let name = "fingerprint"
  static let summary = "Make a perceptual hash of a frame at regular times."
  static let example = "fingerprint=interval=0.5"
  static let onlyMeasures = true
  static let interval = FilterOption.number(
    "interval", "seconds between sampled frames, 0 for every frame", in: 0...3600, default: 1)
  static var options: [any AnyFilterOption] { [interval] }

  private static let (columns, rows) = (9, 8)

  private let interval: Double
  private let luma = LumaPlane()
  private let scratch = KernelScratch()
  private var lastTime: Double?
  private var hashes: [MeasureValue] = []

  init(_ options: FilterOptions) {
    interval = options[Self.interval]
  }

  // When the last frame was sampled.
  var lookBehind: Int { .max }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) {
    let seconds = output.seconds(of: frame)
    let isDue: Bool
    if let seconds, let lastTime {
      // Timestamps are rounded to the time base; half a millisecond is no reason to wait.
      isDue = seconds - lastTime >= interval - 0.0005 || seconds < lastTime
    } else {
      isDue = true
    }
    if isDue {
      let hash = hash(of: frame)
      frame.note("fingerprint.hash", hash)
      var entry: [String: MeasureValue] = ["hash": .text(hash)]
      if let seconds { entry["pts"] = .number(seconds) }
      hashes.append(.table(entry))
      lastTime = seconds ?? lastTime
    }
    output.emit(frame)
  }

  func measurements() -> [String: MeasureValue] {
    ["hashes": .list(hashes)]
  }

  private func hash(of frame: borrowing Frame) -> String {
    let colour = FrameColour(frame)
    let plane = luma.view(of: frame, colour)
    let cells =
      colour.format.depth == 8 ? cells(plane, as: UInt8.self) : cells(plane, as: UInt16.self)
    var bits: UInt64 = 0
    for row in cells {
      for (left, right) in zip(row, row.dropFirst()) { bits = bits << 1 | (left < right ? 1 : 0) }
    }
    let text = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// The means of the cells, whose borders are at whole samples; a picture that is smaller than the
  /// grid has cells that share samples.
  private func cells<Sample: KernelSample>(_ plane: PlaneView, as _: Sample.Type) -> [[Double]] {
    func cell(_ index: Int, of count: Int, _ length: Int) -> Range<Int> {
      let start = index * length / count
      return start..<max((index + 1) * length / count, start + 1)
    }
    let sums = scratch.reserve(KernelScratch.rowLength(plane.width), of: UInt32.self)
    return (0..<Self.rows).map { row in
      let lines = cell(row, of: Self.rows, plane.height)
      sums.update(repeating: 0, count: plane.width)
      for y in lines { Sample.add(.best, plane.row(y), to: sums, plane.width) }
      return (0..<Self.columns).map { column in
        let samples = cell(column, of: Self.columns, plane.width)
        let sum = samples.reduce(0) { $0 + UInt64(sums[$1]) }
        return Double(sum) / Double(samples.count * lines.count)
      }
    }
  }
}
