import FramePool
import Glibc
import Subprocess
import SystemPackage

/// A command that does the work one way.
struct BenchCall {
  /// The program, a path or a name to be found.
  var program: String
  var arguments: [String]
  /// What it reads.
  var input: [UInt8] = []

  /// What a run cost and said.
  struct Run {
    /// Seconds from start to exit.
    var wall: Double
    /// CPU seconds of all its processes.
    var cpu: Double
    /// The most memory of all its processes together, in bytes; nil where it was not looked at.
    var memory: Int?
    var output: [UInt8]
    var errors: String
  }

  /// A run that failed is no measurement: it would look like a fast one.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// The most that is kept of what a program says, in bytes.
  private static let outputLimit = 256 << 20

  /// Runs it to its end.
  ///
  /// - Parameter watchesMemory: Whether memory is looked at, which takes time of its own.
  /// - Returns: What it cost and said.
  /// - Throws: ``Failure`` when it does not exit with 0.
  func run(watchesMemory: Bool = false) async throws -> Run {
    let sampler = watchesMemory ? MemorySampler() : nil
    let cpu = Self.childrenCPU()
    let clock = ContinuousClock()
    let start = clock.now
    let result = try await Subprocess.run(
      program.contains("/") ? .path(FilePath(program)) : .name(program),
      arguments: Arguments(arguments), input: .array(input),
      output: .bytes(limit: Self.outputLimit), error: .string(limit: Self.outputLimit))
    let wall = (clock.now - start) / .seconds(1)
    let memory = await sampler?.stop()
    let errors = result.standardError
    guard result.terminationStatus.isSuccess else {
      let last = errors.split(separator: "\n").suffix(3).joined(separator: "; ")
      throw Failure(
        description: "'\(program) \(arguments.prefix(6).joined(separator: " "))' failed "
          + "(\(result.terminationStatus)): \(last)")
    }
    return Run(
      wall: wall, cpu: Self.childrenCPU() - cpu, memory: memory, output: result.standardOutput,
      errors: errors)
  }

  /// CPU seconds of all children that have ended, and of theirs.
  private static func childrenCPU() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
