/// What went into an encoder that loses nothing, for comparing it with what comes out again.
struct LosslessProof {
  /// The layout of the frames that went in.
  let format: PixelFormat
  /// A sum of each, in their order.
  private(set) var sums: [UInt64] = []
  private let sum: FrameSum

  /// For frames of a format; nil where they cannot be compared.
  init?(of format: PixelFormat) {
    guard let sum = FrameSum(of: format) else { return nil }
    self.format = format
    self.sum = sum
  }

  /// Notes the next frame.
  mutating func add(_ frame: borrowing Frame) {
    sums.append(sum.sum(frame))
  }

  /// Whether a decoded frame has the samples of one that went in.
  ///
  /// - Parameters:
  ///   - frame: Decoded; borrowed.
  ///   - index: The number of the frame that it should be, from 0.
  /// - Returns: nil where the decoder's layout does not let them be compared.
  func matches(_ frame: borrowing Frame, at index: Int) -> Bool? {
    guard sums.indices.contains(index) else { return nil }
    let decoded = frame.pixelFormat
    let isSame = (decoded.plainRange ?? decoded) == (format.plainRange ?? format)
    if isSame { return sum.sum(frame) == sums[index] }
    guard decoded.movesWhole(to: format), let moved = try? frame.moved(to: format) else {
      return nil
    }
    return sum.sum(moved) == sums[index]
  }
}
