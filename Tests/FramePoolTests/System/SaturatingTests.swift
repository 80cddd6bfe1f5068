import Testing

@testable import FramePool

/// Arithmetic on numbers from outside: never a trap.
@Suite struct SaturatingTests {
  /// What a header, a wire line or a flag may hold.
  private static let doubles: [Double] = [
    0, 1, -1, 0.5, -0.5, 0x1p31, 0x1p53, 0x1p63, -0x1p63, 1e30, -1e30, .infinity, -.infinity, .nan,
    .greatestFiniteMagnitude, .leastNonzeroMagnitude,
  ]
  private static let integers: [Int64] = [
    0, 1, -1, 1 << 31, 1 << 32, 1 << 53, .max, .max &- 1, .min, .min &+ 1,
  ]

  @Test(arguments: doubles)
  func conversionsEndAtTheLimits(value: Double) {
    let number = Int64(saturating: value)
    if let exact = Int64(exactly: value.rounded(.towardZero)) {
      #expect(number == exact)
    } else {
      #expect(number == (value.isNaN ? 0 : value < 0 ? .min : .max))
    }
    #expect(UInt8(saturating: value) <= 255)
    #expect(MediaTime(seconds: value).seconds.isFinite)
    _ = (MediaTime(seconds: value).microseconds, MediaTime(seconds: value).milliseconds)
  }

  @Test(arguments: integers)
  func sumsEndAtTheLimits(value: Int64) {
    for other in Self.integers {
      // The truth, in 128 bits.
      let (one, two) = (Int128(value), Int128(other))
      #expect(value.saturatingAdd(other) == Int64(clamping: one + two))
      #expect(value.saturatingSubtract(other) == Int64(clamping: one - two))
      #expect(value.saturatingMultiply(other) == Int64(clamping: one * two))
      #expect((Ticks(value) + Ticks(other)).count == Int64(clamping: one + two))
    }
  }

  @Test(arguments: integers)
  func ticksChangeTheirUnitWithinTheLimits(value: Int64) {
    let units = [
      Rational(1, 1), Rational(1, 1000), Rational(1, 1_000_000_000), Rational(1001, 30_000),
      Rational(.max, 1), Rational(1, .max), Rational(0, 1), Rational(1, 0), Rational(-1, 2),
    ]
    for from in units {
      for to in units {
        let result = Ticks(value).rescaled(from: from, to: to)
        guard from.value != nil, to.value != nil else { continue }
        let exact =
          Double(value) * Double(from.numerator) * Double(to.denominator)
          / (Double(from.denominator) * Double(to.numerator))
        let limit = Double(Int64.max)
        if exact.magnitude > limit * 1.001 {
          #expect(result.count == (exact < 0 ? .min &+ 1 : .max))
        } else if exact.magnitude < limit * 0.999, exact.magnitude < 0x1p52 {
          #expect(abs(Double(result.count) - exact) <= 1)
        }
      }
    }
    #expect(Ticks(value).field != .min, "no number becomes none")
  }

  @Test func longTextsAreCutBetweenCharacters() {
    #expect("abc".cut(to: 3) == "abc")
    #expect("abcdef".cut(to: 5) == "ab…")
    for length in 3..<40 {
      let text = String(repeating: "aé漢😀", count: 10).cut(to: length)
      #expect(text.utf8.count <= length && !text.contains("\u{FFFD}"))
    }
  }
}
