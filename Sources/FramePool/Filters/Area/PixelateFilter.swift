/// Large square pixels: every sample becomes the mean of its block.
///
/// Blocks are squares of luma pixels that begin at the upper left corner; those at the right and
/// lower edge may be smaller. A chroma sample belongs to the block of the upper left one of its
/// pixels. Alpha stays.
final class PixelateFilter: FrameFilter {
  static let name = "pixelate"
  static let summary = "Make large square pixels, each the mean of what it covers."
  static let example = "pixelate=size=24"
  static let size = FilterOption.integer(
    "size", "a block's width and height in pixels", in: 2...1024, default: 16)
  static var options: [any AnyFilterOption] { [size] }

  private let size: Int
  private var shape: FrameShape?
  private var columns: [[Int]] = []
  private var rows: [[Int]] = []

  init(_ options: FilterOptions) {
    size = options[Self.size]
  }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    prepare(FrameShape(frame))
    let format = frame.pixelFormat
    let result = try PlaneFilter.apply(to: .colours, of: frame, inPlace: true, &output) {
      index, source, target, band, scratch in
      if format.depth == 8 {
        CellKernels.pixelate(
          .best, source, target, columns: columns[index], rows: rows[index], scratch,
          startingIn: band, as: UInt8.self)
      } else {
        CellKernels.pixelate(
          .best, source, target, columns: columns[index], rows: rows[index], scratch,
          startingIn: band, as: UInt16.self)
      }
    }
    output.emit(result)
  }

  private func prepare(_ new: FrameShape) {
    if shape == new { return }
    shape = new
    let format = new.pixelFormat
    columns = []
    rows = []
    for plane in 0..<format.componentCount {
      let size = format.size(ofPlane: plane, width: new.width, height: new.height)
      let isChroma = format.isChroma(plane: plane)
      columns.append(starts(size.width, shift: isChroma ? format.chromaShiftX : 0))
      rows.append(starts(size.height, shift: isChroma ? format.chromaShiftY : 0))
    }
  }

  /// Where blocks begin in a plane that is `shift` bits smaller than luma, then its length.
  func starts(_ length: Int, shift: Int) -> [Int] {
    let step = 1 << shift
    let starts = (0...length).map { ($0 * size + step - 1) >> shift }.prefix { $0 < length }
    return starts + [length]
  }
}
