import Testing

@testable import FramePool

/// Which frames are taken, on numbers alone.
@Suite struct SamplingTests {
  @Test func ratesAreRead() {
    func rate(_ text: String) -> [Int32]? {
      Sampling.Rate(text).map { [$0.numerator, $0.denominator] }
    }
    #expect(rate("25") == [25, 1])
    #expect(rate("30000/1001") == [30000, 1001])
    #expect(rate("29.97") == [2997, 100])
    #expect(rate("0.5") == [5, 10])
    for text in [
      "", "0", "-1", "a", "1/0", "0/1", "1/2/3", "1.2.3", "1e3", "25/", "/25", "99999999999",
    ] {
      #expect(rate(text) == nil, "'\(text)'")
    }
  }

  /// The stated rule, by trying all ticks on all frames.
  private func nearest(_ times: [Int64], _ rate: Double) -> [Int] {
    guard let first = times.first, let last = times.last else { return [] }
    var taken: Set<Int> = []
    var tick = 0
    while Double(tick) / rate <= Double(last &- first) / 1000 + 1e-9 {
      let time = Double(first) / 1000 + Double(tick) / rate
      let distances = times.map { abs(Double($0) / 1000 - time) }
      let best = distances.min() ?? 0
      taken.insert(distances.firstIndex { $0 <= best + 1e-9 } ?? 0)
      tick += 1
    }
    return taken.sorted()
  }

  @Test(
    arguments: [
      Array(stride(from: 0, to: 4000, by: 40)), Array(stride(from: 700, to: 3000, by: 33)),
      [0, 100, 110, 120, 600, 1500, 1510, 1520, 2000], [5], [0, 1, 1000],
    ] as [[Int64]], ["25", "10", "7.5", "1", "0.4", "100", "24000/1001"])
  func theNearestFrameOfEachTickIsTaken(times: [Int64], rate: String) throws {
    let parsed = try #require(Sampling.Rate(rate))
    var sampler = RateSampler(parsed)
    let taken = times.indices.filter { index in
      sampler.takes(
        times[index], next: index + 1 < times.count ? times[index + 1] : nil, Rational(1, 1000))
    }
    #expect(taken == nearest(times, Double(parsed.numerator) / Double(parsed.denominator)))
  }

  @Test func aRateCountsFromTheFirstFrame() throws {
    var sampler = RateSampler(try #require(Sampling.Rate("1")))
    let base: Int64 = .max / 4
    let times = (0..<50).map { base &+ $0 &* 3600 }
    let taken = times.indices.filter { index in
      sampler.takes(
        times[index], next: index < 49 ? times[index + 1] : nil, Rational(1, 90_000))
    }
    #expect(taken == [0, 25])
  }
}
