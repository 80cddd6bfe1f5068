import Testing

@testable import FramePool

@Suite struct ScheduleTests {
  private func video(
    _ index: Int, _ size: Int64, _ suffix: String = "mp4", folder: String = "a"
  ) -> Schedule.Video {
    .init(index: index, size: size, kind: .init(folder: folder, suffix: suffix))
  }

  private func order(_ schedule: Schedule) -> [Int] {
    var order: [Int] = []
    while let turn = schedule.next() { order.append(turn.index) }
    return order
  }

  @Test func theLargestComesFirstAndEqualOnesInTheirOrder() {
    let sizes: [Int64] = [5, 9, 5, 1, 0]
    let schedule = Schedule(sizes.indices.map { video($0, sizes[$0]) }, cpus: 1)
    #expect(order(schedule) == [1, 0, 2, 3, 4])
    #expect((0..<5).map(schedule.index) == [1, 0, 2, 3, 4])
  }

  @Test func knownCostsComeBeforeSizes() {
    var videos = [video(0, 100), video(1, 50), video(2, 10)]
    for (index, cost) in [(0, 1.0), (1, 3.0), (2, 2.0)] { videos[index].cost = cost }
    #expect(order(Schedule(videos, cpus: 1)) == [1, 2, 0])
  }

  @Test func whatTheBatchHasTaughtChangesTheOrder() {
    let videos =
      [video(0, 1000, "avi"), video(1, 900, "mp4")] + (2..<6).map { video($0, 500, "avi") }
      + (6..<10).map { video($0, 300, "mp4") }
    let schedule = Schedule(videos, cpus: 1)
    #expect(schedule.next()?.index == 0)
    #expect(schedule.next()?.index == 1)
    schedule.finished(0, seconds: 0.1)
    schedule.finished(1, seconds: 9)
    // A byte of MP4 costs a hundred times as much here.
    #expect(order(schedule) == [6, 7, 8, 9, 2, 3, 4, 5])
  }

  @Test func aFolderHasARateOfItsOwn() {
    let videos =
      (0..<2).map { video($0, 1000, folder: ["a", "b"][$0]) }
      + (2..<6).map { video($0, 500 &- Int64($0), folder: ["a", "b"][$0 % 2]) }
    let schedule = Schedule(videos, cpus: 1)
    _ = (schedule.next(), schedule.next())
    schedule.finished(0, seconds: 1)
    schedule.finished(1, seconds: 5)
    #expect(order(schedule) == [3, 5, 2, 4])
  }

  /// Each decision looks at all kinds, so that a folder for each video must not make a kind for each.
  @Test func aFolderForEachVideoIsNoKindForEach() {
    let videos = (0..<1000).map { video($0, Int64(2000 - $0), folder: "folder \($0)") }
    let schedule = Schedule(videos, cpus: 1)
    for index in 0..<10 {
      #expect(schedule.next()?.index == index)
      schedule.finished(index, seconds: index == 0 ? 0.001 : 10)
    }
    // All are of one kind, so that the sizes decide.
    #expect(order(schedule) == Array(10..<1000))
    #expect(schedule.kindCount == 0)
    #expect(Schedule(videos, cpus: 1).kindCount == 1)
    let odd = (0..<100).map { video($0, 10, "x\($0)", folder: "folder \($0)") }
    #expect(Schedule(odd, cpus: 1).kindCount == 1)
  }

  @Test(
    arguments: [
      // CPUs, sizes -> threads of each, all given out before any is done.
      (8, [1], [8]), (8, [1, 1], [4, 4]), (2, [1, 1, 1], [1, 1, 1]), (2, [9, 1], [2, 1]),
      (8, Array(repeating: 1, count: 100), Array(repeating: 1, count: 100)),
      (64, [1], [16]), (1, [9, 1], [1, 1]), (4, [10, 1, 1], [4, 1, 1]),
    ] as [(Int, [Int64], [Int])])
  func aShareOfTheWorkIsAShareOfTheThreads(cpus: Int, sizes: [Int64], threads: [Int]) {
    let schedule = Schedule(sizes.indices.map { video($0, sizes[$0] &* 1000) }, cpus: cpus)
    var given: [Int] = []
    while let turn = schedule.next() { given.append(turn.threads) }
    #expect(given == threads)
  }

  @Test func theLastOnesGetWhatIsLeft() {
    let schedule = Schedule((0..<10).map { video($0, 1000) }, cpus: 4)
    var running: [Int] = []
    var threads: [Int] = []
    while let turn = schedule.next() {
      threads.append(turn.threads)
      running.append(turn.index)
      if running.count == 4 {
        for index in running { schedule.finished(index, seconds: 1) }
        running = []
      }
    }
    // Eight are done in two rounds; two are left for four CPUs.
    #expect(threads == [1, 1, 1, 1, 1, 1, 1, 1, 2, 2])
  }

  @Test func threadsThatWereAskedForStay() {
    let schedule = Schedule([video(0, 9), video(1, 1)], cpus: 8, minimumThreads: 3, isFixed: true)
    #expect(schedule.next()?.threads == 3)
    #expect(schedule.next()?.threads == 3)
  }
}

@Suite struct CPUSharesTests {
  @Test(
    arguments: [
      (4, [1, 1, 1, 1], [1, 1, 1, 1]), (4, [4], [4]), (4, [4, 4], [2, 2]), (4, [4, 1], [3, 1]),
      (8, [2, 8], [2, 6]), (2, [2, 1], [1, 1]), (2, [2, 2, 2], [1, 1, 1]), (5, [4, 4], [3, 2]),
      (8, [], []), (1, [3], [1]),
    ] as [(Int, [Int], [Int])])
  func cpusAreDivided(cpus: Int, threads: [Int], shares: [Int]) {
    #expect(CPUShares.divide(cpus, among: threads) == shares)
  }

  /// The sum of what can run at once, over thousands of mixtures.
  @Test func noMoreRunThanThereAreCPUs() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let count = Int.random(in: 1...40, using: &random)
      let limit = Int.random(in: 1...count, using: &random)
      let threads = (0..<Int.random(in: 1...limit, using: &random)).map { _ in
        Int.random(in: 1...16, using: &random)
      }
      let places = CPUShares.places(
        (0..<Int32(count)).map { $0 * 3 }, limit: limit, threads: threads)
      let running = zip(threads, places).map { min($0, $1?.count ?? count) }
      #expect(running.reduce(0, +) <= limit, "\(threads) on \(limit) of \(count)")
      let kept = places.compactMap(\.self).flatMap(\.self)
      #expect(Set(kept).count == kept.count, "two workers are kept on one CPU")
      #expect(running.allSatisfy { $0 >= 1 })
    }
  }
}
