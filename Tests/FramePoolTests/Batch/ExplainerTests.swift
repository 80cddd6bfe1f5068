import SystemPackage
import Testing

@testable import FramePool

/// Why a batch was not faster, computed from records and counts that are made up.
@Suite struct ExplainerTests {
  /// Two CPUs, so many videos of a CPU second each, one after the other on each.
  private func report(
    videos: Int = 8, wall: Double, ready: Double = 0, readBytes: Int = 0, jobs: Int? = nil,
    waitingInEach: Double = 0
  ) -> Report {
    let budget = CPUBudget(cpus: 2, source: "online")
    var report = Report(
      options: BatchOptions(), plan: WorkPlan(budget: budget, videos: videos, jobs: jobs),
      budget: budget,
      inputs: (0..<videos).map { BatchInput(path: FilePath("\($0).mp4"), size: 1) })
    report.wallSeconds = wall
    for index in report.files.indices {
      report.files[index].seconds.start = 0.01 + Double(index / 2) * (1 + waitingInEach)
      report.files[index].seconds.wall = 1 + waitingInEach
      report.files[index].seconds.ready = ready
      report.files[index].seconds.decode = 0.9
      report.files[index].cpuSeconds = .init(user: 1, system: 0)
      report.files[index].readBytes = readBytes
    }
    return report
  }

  private func explain(_ report: Report, _ waits: MachineWaits) throws -> Explanation {
    try #require(Explainer(report, waits).explain())
  }

  private func sum(_ shares: Explanation.Shares) -> Double {
    Explanation.Shares.parts.reduce(0) { $0 + shares[keyPath: $1.part] }
  }

  @Test func aGoodBatchHasNoReasons() throws {
    let explanation = try explain(report(wall: 4.02), MachineWaits(busy: 8.1, own: 8.05))
    #expect(explanation.sentences.map(\.kind) == [.bound, .decoder])
    #expect(abs(sum(explanation.shares) - 1) < 1e-9)
  }

  @Test func otherProgramsHadTheCPUs() throws {
    let slow = report(wall: 6, ready: 0.5, waitingInEach: 0.5)
    let explanation = try explain(slow, MachineWaits(busy: 12, own: 8.1))
    let sentence = try #require(explanation.sentences.first { $0.kind == .contention })
    #expect(sentence.text.contains("other programs had the CPUs for 3.90 s"), "\(sentence.text)")
    #expect(abs(sum(explanation.shares) - 1) < 1e-9)
  }

  @Test func theHypervisorHadTheCPUs() throws {
    let slow = report(wall: 6, ready: 0.5, waitingInEach: 0.5)
    let explanation = try explain(slow, MachineWaits(busy: 8.2, stolen: 3.7, own: 8.1))
    let sentence = try #require(explanation.sentences.first { $0.kind == .contention })
    #expect(sentence.text.contains("was not given its CPUs for 3.70 s"), "\(sentence.text)")
  }

  @Test func moreThreadsThanCPUs() throws {
    let slow = report(wall: 6, ready: 0.5, jobs: 4, waitingInEach: 0.5)
    let explanation = try explain(slow, MachineWaits(busy: 8.2, own: 8.1))
    let sentence = try #require(explanation.sentences.first { $0.kind == .contention })
    #expect(sentence.text.contains("4 workers with 1 thread are more than 2 CPUs"))
  }

  /// Workers wait for a CPU that their own pool has: nobody else is to blame.
  @Test func thePoolItselfHadTheCPUs() throws {
    let slow = report(wall: 5, ready: 0.2, waitingInEach: 0.2)
    let explanation = try explain(slow, MachineWaits(busy: 9.6, own: 9.5))
    #expect(!explanation.sentences.contains { $0.kind == .contention })
    let sentence = try #require(explanation.sentences.first { $0.kind == .pool })
    #expect(sentence.text.hasPrefix("Starting 8 workers and telling of them took 1.49 s"))
    #expect(abs(explanation.shares.pool - 0.149) < 1e-9, "less what is start-up")
    #expect(abs(sum(explanation.shares) - 1) < 1e-9)
  }

  @Test func theDisk() throws {
    let slow = report(wall: 8, readBytes: 64 << 20, waitingInEach: 1)
    let explanation = try explain(slow, MachineWaits(disk: 3.5, busy: 8.2, own: 8.1))
    let sentence = try #require(explanation.sentences.first { $0.kind == .disk })
    #expect(sentence.text.contains("For 3.50 s something waited for the disk"))
    #expect(sentence.text.contains("read 512 MiB"))
    #expect(abs(explanation.shares.waiting - 0.5) < 0.02)
  }

  /// Another program's disk waits are not ours when the workers read nothing.
  @Test func anotherProgramsDisk() throws {
    let slow = report(wall: 8, waitingInEach: 1)
    let explanation = try explain(slow, MachineWaits(disk: 3.5, busy: 8.2, own: 8.1))
    #expect(!explanation.sentences.contains { $0.kind == .disk })
  }

  @Test func whatTheKernelCounts() {
    let files = [
      "/proc/stat": """
      cpu  400 40 80 9000 70 6 4 100 0 0
      cpu0 100 10 20 4000 30 2 1 50 0 0
      cpu1 200 20 40 3000 20 3 2 30 0 0
      cpu10 100 10 20 2000 20 1 1 20 0 0
      intr 12345
      """,
      "/proc/pressure/io":
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 total=1\n",
    ]
    let waits = MachineWaits.count(of: [0, 10]) { files[$0] }
    #expect(abs(waits.busy - 2.65) < 1e-9)
    #expect(abs(waits.stolen - 0.7) < 1e-9)
    #expect(waits.disk == 2.5)
    #expect(waits.own > 0)
  }
}
