import FoundationEssentials
import SystemPackage
import Testing

@testable import FramePool

@Suite struct ExpectedCostTests {
  @Test(
    arguments: [
      // Megabytes of each, slots -> whether to look into them.
      ([3, 3, 3, 3], 2, true), ([3, 3], 2, false), ([3], 4, false), ([1, 1, 1, 1], 2, false),
      ([0, 0, 0, 9], 2, true), (Array(repeating: 5, count: 16), 2, true),
      (Array(repeating: 5, count: 17), 2, false), ([], 2, false),
    ] as [([Int64], Int, Bool)])
  func aLookPaysForFewLargeVideos(megabytes: [Int64], slots: Int, isWorth: Bool) {
    #expect(
      ExpectedCost.isWorthAProbe(megabytes.map { $0 * 1_000_000 }, slots: slots) == isWorth)
  }

  private func probe(
    _ width: Int, _ height: Int, frames: Int?, rate: Double? = 25, duration: Double? = nil
  ) throws -> Probe {
    let stream = """
      {"index": 0, "kind": "video", "codec": "h264", "width": \(width), "height": \(height),
       "timeBase": "1/1000", "isAttachedPicture": false, "isChosen": true
       \(frames.map { ", \"declaredFrames\": \($0)" } ?? "")
       \(rate.map { ", \"frameRate\": \($0)" } ?? "")
       \(duration.map { ", \"duration\": \($0)" } ?? "")}
      """
    let text =
      "{\"input\": \"a\", \"container\": \"mov\", \"chapters\": 0, \"tags\": {}, \"streams\": [\(stream)]}"
    return try JSONDecoder().decode(Probe.self, from: Data(text.utf8))
  }

  @Test func pixelsAndBytesCost() throws {
    let small = try #require(
      ExpectedCost.seconds(try probe(640, 360, frames: 500), size: 3_000_000))
    let large = try #require(
      ExpectedCost.seconds(try probe(1280, 720, frames: 280), size: 1_700_000))
    #expect(large > small, "the larger file is the cheaper one")
    let timed = ExpectedCost.seconds(
      try probe(640, 360, frames: nil, duration: 20), size: 3_000_000)
    #expect(timed == small)
    #expect(ExpectedCost.seconds(try probe(640, 360, frames: nil), size: 1) == nil)
    #expect(
      ExpectedCost.seconds(try probe(640, 360, frames: nil, rate: nil, duration: 2), size: 1) == nil
    )
  }
}
