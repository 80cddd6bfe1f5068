import FramePool
import Glibc

/// Runs one own filter on raw planar frames, for checks by programs that know nothing of it.
///
/// usage: filter-raw FILTER PIXEL_FORMAT WIDTH HEIGHT [full] < frames > frames
@main
enum FilterRaw {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 5, let format = PixelFormat(arguments[2]), format.isPlanar,
      let width = Int(arguments[3]), let height = Int(arguments[4])
    else {
      print("usage: filter-raw FILTER PIXEL_FORMAT WIDTH HEIGHT < frames > frames")
      exit(64)
    }
    let filter = try FilterCatalog.make(arguments[1])
    let shape = FrameShape(width: width, height: height, pixelFormat: format)
    var output = FilterOutput()
    while let frame = try read(shape) {
      try filter.filter(frame, into: &output)
      write(&output)
    }
    try filter.finish(into: &output)
    write(&output)
  }

  private static func read(_ shape: FrameShape) throws -> Frame? {
    var frame = try Frame(shape)
    for index in 0..<shape.pixelFormat.componentCount {
      let isWhole =
        shape.pixelFormat.depth == 8
        ? fill(&frame, index, as: UInt8.self) : fill(&frame, index, as: UInt16.self)
      guard isWhole else { return nil }
    }
    return frame
  }

  private static func fill<Sample: FrameSample>(
    _ frame: inout Frame, _ index: Int, as sample: Sample.Type
  ) -> Bool {
    var plane = frame.mutablePlane(index, as: sample)
    for y in 0..<plane.height {
      var row = plane.row(y)
      let count = row.withUnsafeMutableBufferPointer { buffer in
        readAll(UnsafeMutableRawBufferPointer(buffer))
      }
      if count < plane.width * MemoryLayout<Sample>.size { return false }
    }
    return true
  }

  private static func write(_ output: inout FilterOutput) {
    while let frame = output.take() {
      for index in 0..<frame.pixelFormat.componentCount {
        if frame.pixelFormat.depth == 8 {
          write(frame, index, as: UInt8.self)
        } else {
          write(frame, index, as: UInt16.self)
        }
      }
    }
  }

  private static func write<Sample: FrameSample>(
    _ frame: borrowing Frame, _ index: Int, as sample: Sample.Type
  ) {
    let plane = frame.plane(index, as: sample)
    for y in 0..<plane.height {
      plane.row(y).withUnsafeBufferPointer { buffer in
        writeAll(UnsafeRawBufferPointer(buffer))
      }
    }
  }

  private static func readAll(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    while count < buffer.count {
      let part = Glibc.read(
        STDIN_FILENO, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      if part <= 0 { break }
      count += part
    }
    return count
  }

  private static func writeAll(_ buffer: UnsafeRawBufferPointer) {
    var count = 0
    while count < buffer.count {
      let part = Glibc.write(
        STDOUT_FILENO, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      if part <= 0 { exit(1) }
      count += part
    }
  }
}
