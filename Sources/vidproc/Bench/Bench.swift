import FramePool
import Glibc
import SystemPackage

/// Runs the ways in rotation and fills a ``BenchReport``.
struct Bench {
  private var modes: [BenchMode]
  private var report: BenchReport
  private let isExact: Bool
  private let isCold: Bool
  private let paths: [FilePath]
  private let tell: (String) -> Void

  /// - Parameters:
  ///   - modes: The ways; the first is what the others are compared with.
  ///   - report: To be filled.
  ///   - paths: The videos.
  ///   - isExact: Whether peers' filters promise the very same samples.
  ///   - tell: Takes a line on how far it has come.
  init(
    _ modes: [BenchMode], _ report: BenchReport, paths: [FilePath], isExact: Bool,
    tell: @escaping (String) -> Void
  ) {
    self.modes = modes
    self.report = report
    self.isExact = isExact
    isCold = report.coldCache
    self.paths = paths
    self.tell = tell
  }

  /// Runs everything.
  ///
  /// - Throws: ``BenchCall/Failure`` when one of our own ways fails; a peer that fails is left out
  ///   and noted.
  mutating func run() async throws -> BenchReport {
    try await warmUp()
    for round in 1...report.rounds {
      // A B C, A B C: what disturbs the machine for a while disturbs all of them.
      for index in modes.indices {
        if isCold { paths.forEach(FileCache.drop) }
        let run = try await modes[index].timed.run()
        modes[index].walls.append(run.wall)
        modes[index].cpus.append(run.cpu)
        tell(
          "round \(round) of \(report.rounds): \(modes[index].figures.label): "
            + "\(Format.fixed(run.wall, 3)) s")
        if modes[index].measuresBound { try noteBound(modes[index]) }
      }
    }
    for mode in modes {
      var figures = mode.figures
      figures.wall = .init(mode.walls)
      figures.cpuSeconds = BenchReport.Mode.Wall(mode.cpus).median
      report.modes.append(figures)
    }
    report.compare()
    return report
  }

  /// The round before the first: fills caches, proves what each way does, looks at memory.
  private mutating func warmUp() async throws {
    var left: [BenchMode] = []
    for var mode in modes {
      tell("warm-up: \(mode.figures.label)")
      do {
        let run = try await mode.proof.run(watchesMemory: true)
        mode.figures.peakMemoryBytes = run.memory
        mode.entries = try mode.readProof(run)
      } catch {
        guard mode.figures.group == .peer else { throw error }
        report.notes.append("\(mode.figures.label) is left out: \(error)")
        continue
      }
      if let first = left.first {
        let isOwn = mode.figures.group == .vidproc
        (mode.figures.same, mode.figures.proof) = BenchProof.compare(
          mode.entries, with: first.entries, isExact: isOwn || isExact)
      } else {
        mode.figures.same = true
        mode.figures.proof = "what the others are compared with"
      }
      left.append(mode)
    }
    modes = left
  }

  /// Takes the bound from a run of one worker after the other, the lowest of the rounds: what
  /// disturbs can only add.
  private mutating func noteBound(_ mode: BenchMode) throws {
    guard let place = mode.timed.arguments.firstIndex(of: "--report") else { return }
    let read = try BenchReportReader.read(mode.timed.arguments[place + 1])
    report.tool.libraries = read.tool.libraries
    guard let bound = read.explanation?.bound else { return }
    if bound.seconds < report.bound?.seconds ?? .infinity { report.bound = bound }
  }
}
