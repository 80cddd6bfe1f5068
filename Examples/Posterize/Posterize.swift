import FramePool

/// Leaves a few steps of brightness: a filter in one file.
final class Posterize: FrameFilter {
  static let name = "posterize"
  static let summary = "Leave so many steps of brightness."
  static let example = "posterize=steps=4"
  static let steps = FilterOption.integer("steps", "how many", in: 2...64, default: 4)
  static var options: [any AnyFilterOption] { [steps] }

  private let step: UInt8

  init(_ options: FilterOptions) {
    step = UInt8(256 / options[Self.steps])
  }

  // Layouts of another depth are converted before, and the record says so.
  func takes(_ format: PixelFormat) -> Bool {
    format.isPlanar && format.depth == 8
  }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    var result = try output.makeWritable(frame)
    if result.pixelFormat.isRGB {
      for plane in 0..<3 { posterize(&result, plane) }
    } else {
      posterize(&result, 0)
    }
    output.emit(result)
  }

  private func posterize(_ frame: inout Frame, _ index: Int) {
    var plane = frame.mutablePlane(index, as: UInt8.self)
    for y in 0..<plane.height {
      var row = plane.row(y)
      for x in row.indices { row[x] = row[x] / step * step }
    }
  }
}
