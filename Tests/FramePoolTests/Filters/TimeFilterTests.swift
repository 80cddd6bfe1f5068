import Testing

@testable import FramePool

/// Filters that look at neighbouring frames.
@Suite struct TimeFilterTests {
  init() throws {
    try FFmpegLibraries.load(filters: true)
  }

  private func frames(_ count: Int, _ format: String = "gray") -> FrameList {
    var list = FrameList()
    for index in 0..<count {
      list.append(TestFrames.make(format, seed: UInt64(index + 1), pts: Int64(index)))
    }
    return list
  }

  private func samples(_ list: consuming FrameList) -> (planes: [[Int]], times: [Int64?]) {
    var list = list
    var planes: [[Int]] = []
    var times: [Int64?] = []
    while let frame = list.take() {
      planes.append(TestFrames.samples(frame, plane: 0))
      times.append(frame.pts)
    }
    return (planes, times)
  }

  @Test func differenceIsTheAbsoluteDifferenceToTheFrameBefore() throws {
    let (before, _) = samples(frames(4))
    let (after, times) = samples(try TestFrames.own("difference=gain=2", frames(4)))
    #expect(times == [0, 1, 2, 3])
    #expect(after[0].allSatisfy { $0 == 0 }, "the first frame is black")
    for index in 1..<4 {
      let wanted = zip(before[index], before[index - 1]).map { min(abs($0 - $1) * 2, 255) }
      #expect(after[index] == wanted)
    }
  }

  @Test func differenceInLimitedRangeStandsOnBlackWithoutColour() throws {
    var list = try TestFrames.own("difference", frames(2, "yuv420p"))
    while let frame = list.take() {
      #expect(TestFrames.samples(frame, plane: 0).allSatisfy { (16...235).contains($0) })
      #expect(TestFrames.samples(frame, plane: 2).allSatisfy { $0 == 128 })
    }
  }

  @Test(arguments: [1, 2, 4], [1, 2, 5, 9])
  func theTemporalMeanHasAllFramesAtTheirTimes(radius: Int, count: Int) throws {
    let (before, _) = samples(frames(count))
    let (after, times) = samples(
      try TestFrames.own("denoise=temporal:threshold=0.2:radius=\(radius)", frames(count)))
    #expect(times == (0..<Int64(count)).map { $0 })
    for index in 0..<count {
      let window = max(0, index - radius)...min(count - 1, index + radius)
      for place in [0, 700, 2000] {
        let own = before[index][place]
        let used = window.map { abs(before[$0][place] - own) > 51 ? own : before[$0][place] }
        let mean = Double(used.reduce(0, +)) / Double(used.count)
        #expect(abs(Double(after[index][place]) - mean) <= 0.501, "frame \(index)")
      }
    }
  }

  @Test func aChangeOfSizeEndsTheWindow() throws {
    var list = FrameList()
    for index in 0..<6 {
      list.append(
        TestFrames.make("yuv420p", width: index < 3 ? 40 : 20, height: 20, pts: Int64(index)))
    }
    var result = try TestFrames.own("denoise=temporal:radius=2,difference", list)
    var sizes: [Int] = []
    while let frame = result.take() { sizes.append(frame.width) }
    #expect(sizes == [40, 40, 40, 20, 20, 20])
  }

  @Test func filtersSayHowFarTheyLook() throws {
    func look(_ chain: String) throws -> [Int] {
      let filter = try #require(try TestFrames.filters(chain).first)
      return [filter.lookBehind, filter.lookAhead]
    }
    #expect(try look("blur") == [0, 0])
    #expect(try look("invert") == [0, 0])
    #expect(try look("difference") == [1, 0])
    #expect(try look("denoise") == [0, 0])
    #expect(try look("denoise=temporal:radius=3") == [3, 3])
    #expect(try look("freeze") == [Int.max, 0])
  }
}
