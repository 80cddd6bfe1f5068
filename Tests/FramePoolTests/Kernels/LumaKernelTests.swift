import Testing

@testable import FramePool

@Suite struct LumaKernelTests {
  static let matrices: [(LumaKernel.Weights, red: Double, blue: Double)] = [
    (.bt601, 0.299, 0.114), (.bt709, 0.2126, 0.0722), (.bt2020, 0.2627, 0.0593),
    (.fcc, 0.30, 0.11), (.smpte240m, 0.212, 0.087),
  ]

  @Test func grayStaysAsItIs() {
    for (weights, _, _) in Self.matrices {
      for value in UInt8.min...UInt8.max {
        #expect(luma(value, value, value, weights) == value)
      }
      #expect(luma(UInt16.max, .max, .max, weights) == .max)
    }
  }

  @Test func everyResultIsWithinOneOfTheExactSum() {
    for (weights, red, blue) in Self.matrices {
      for index in 0..<4096 {
        let (r, g, b) = (index * 37 % 256, index * 101 % 256, index * 211 % 256)
        let exact = red * Double(r) + (1 - red - blue) * Double(g) + blue * Double(b)
        let computed = Double(luma(UInt8(r), UInt8(g), UInt8(b), weights))
        #expect(abs(computed - exact) <= 0.52, "\(r) \(g) \(b)")
      }
    }
  }

  private func luma<Sample: FixedWidthInteger & UnsignedInteger>(
    _ red: Sample, _ green: Sample, _ blue: Sample, _ weights: LumaKernel.Weights
  ) -> Sample {
    var result: Sample = 0
    withUnsafePointer(to: red) { red in
      withUnsafePointer(to: green) { green in
        withUnsafePointer(to: blue) { blue in
          LumaKernel.row(
            red: red, green: green, blue: blue, into: &result, width: 1, weights: weights)
        }
      }
    }
    return result
  }
}
