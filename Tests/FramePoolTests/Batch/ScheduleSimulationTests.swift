import Testing

@testable import FramePool

/// The schedule played through with recorded costs.
@Suite struct ScheduleSimulationTests {
  @Test(arguments: [4, 64, 1024], [true, false])
  func tenThousandVideosComeNearTheBound(slots: Int, inFolders: Bool) {
    let outcome = ScheduleSimulation.run(
      RecordedCosts.batch(10_000, inFolders: inFolders), cpus: slots)
    let ratio = outcome.makespan / outcome.bound
    print("10,000 videos on \(slots) CPUs, in folders by kind: \(inFolders): \(ratio) of the bound")
    #expect(ratio <= 1.05)
    #expect(outcome.mostRunning <= slots)
  }
}
