import Testing

@testable import FramePool

/// A plane in memory with bytes around it that nobody may touch.
struct GuardedPlane {
  static let guardByte: UInt8 = 0xA5
  let width: Int
  let height: Int
  let stride: Int
  private(set) var bytes: [UInt8]
  private let margin = 64

  /// - Parameters:
  ///   - width: Bytes in a row.
  ///   - height: Rows.
  ///   - padding: Bytes after each row.
  ///   - fill: The byte for each position.
  init(width: Int, height: Int, padding: Int, fill: (Int) -> UInt8) {
    self.width = width
    self.height = height
    stride = width + padding
    bytes = [UInt8](repeating: Self.guardByte, count: stride * height + 2 * margin)
    for row in 0..<height {
      for x in 0..<width { bytes[margin + row * stride + x] = fill(row * width + x) }
    }
  }

  func row(_ row: Int) -> ArraySlice<UInt8> {
    bytes[margin + row * stride..<margin + row * stride + width]
  }

  /// Whether all that is no sample is as it was.
  var isGuardWhole: Bool {
    var rest = bytes
    for row in 0..<height {
      for x in 0..<width { rest[margin + row * stride + x] = Self.guardByte }
    }
    return rest.allSatisfy { $0 == Self.guardByte }
  }

  /// Lends the plane from its first row down, or from its last row up with a negative stride.
  mutating func withBase<R>(
    bottomUp: Bool = false, _ body: (UnsafeMutablePointer<UInt8>, Int) -> R
  ) -> R {
    bytes.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { fatalError("the margin is never empty") }
      return bottomUp
        ? body(start + margin + (height - 1) * stride, -stride) : body(start + margin, stride)
    }
  }
}

@Suite struct InvertKernelTests {
  @Test func everyWidthOf8BitsIsInvertedAndNothingElse() {
    var random = SystemRandomNumberGenerator()
    for width in 1...130 {
      for bottomUp in [false, true] {
        var plane = GuardedPlane(width: width, height: 3, padding: width % 7) { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        let before = plane
        plane.withBase(bottomUp: bottomUp) { base, stride in
          InvertKernel.invert8(
            base, sourceStride: stride, into: base, targetStride: stride, width: width, height: 3)
        }
        #expect(plane.isGuardWhole)
        for row in 0..<3 { #expect(plane.row(row).elementsEqual(before.row(row).map { 255 - $0 })) }
      }
    }
  }

  @Test(arguments: [9, 10, 12, 14, 16])
  func everyWidthOf16BitsIsInvertedAndNothingElse(depth: Int) {
    let maximum = UInt16(truncatingIfNeeded: 1 << depth - 1)
    for width in 1...130 {
      // Bytes of samples up to the maximum, the extremes among them.
      var plane = GuardedPlane(width: width * 2, height: 2, padding: 2 * (width % 5)) { index in
        let sample = index / 2 % 3 == 0 ? maximum : UInt16(index * 37 % (Int(maximum) + 1))
        return UInt8(truncatingIfNeeded: index % 2 == 0 ? sample : sample >> 8)
      }
      let before = plane
      plane.withBase { base, stride in
        InvertKernel.invert16(
          base, sourceStride: stride, into: base, targetStride: stride, width: width, height: 2,
          maximum: maximum)
      }
      #expect(plane.isGuardWhole)
      for row in 0..<2 {
        let (old, new) = (samples(before.row(row)), samples(plane.row(row)))
        #expect(new == old.map { maximum - $0 })
      }
    }
  }

  @Test func packedPixelsKeepWhatTheMaskLeavesOut() {
    let source: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    var target = [UInt8](repeating: 0, count: 8)
    source.withUnsafeBufferPointer { from in
      target.withUnsafeMutableBufferPointer { to in
        guard let from = from.baseAddress, let to = to.baseAddress else { return }
        InvertKernel.invertPacked(
          from, sourceStride: 8, into: to, targetStride: 8, width: 2, height: 1, step: 4,
          mask: 0b0111, as: UInt8.self)
      }
    }
    #expect(target == [254, 253, 252, 4, 250, 249, 248, 8])
  }

  private func samples(_ bytes: ArraySlice<UInt8>) -> [UInt16] {
    let bytes = Array(bytes)
    return stride(from: 0, to: bytes.count, by: 2).map {
      UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
    }
  }
}
