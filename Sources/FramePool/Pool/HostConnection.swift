import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// The parent's side of one host: starts its process, carries lines in both directions, and starts
/// it again when it dies.
struct HostConnection: Sendable {
  let index: Int
  let host: PoolHost
  let core: PoolCore

  /// What one process was seen to do.
  private final class Observations: Sendable {
    /// What it did wrong.
    let problem = Mutex<HostProblem?>(nil)
    /// The end of its standard error.
    let output = Mutex(OutputTail())
  }

  /// Runs until the pool does not want the host any more.
  func run() async {
    var pause = 0.05
    while core.wants(index) {
      let problem = await runOnce()
      // A host that lived is replaced at once; one that dies at birth is given time.
      if core.ended(index, problem) { pause = 0.05 }
      let end = MonotonicClock.now() &+ UInt64(saturating: pause * 1e9)
      while core.wants(index), MonotonicClock.now() < end {
        try? await Task.sleep(for: .milliseconds(25))
        // A cancelled task does not sleep.
        if Task.isCancelled { await Task.yield() }
      }
      pause = min(pause * 4, 2)
    }
  }

  /// How long a host may take to end after its input has, in seconds.
  private static let patience = 2.0

  /// Starts the process and stays until it has ended.
  ///
  /// - Returns: What is known about why it ended.
  private func runOnce() async -> HostProblem {
    var options = PlatformOptions()
    // A session of its own: Ctrl-C in the terminal reaches the parent alone.
    options.createSession = true
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
    let seen = Observations()
    if let shortage = Self.shortageOfDescriptors() {
      return HostProblem(shortage.message, shortage.code)
    }
    do {
      let result = try await Subprocess.run(
        Self.executable(host.command[0]), arguments: Arguments(Array(host.command.dropFirst())),
        environment: .inherit.updating(Self.environment),
        platformOptions: options, input: .inputWriter, output: .sequence, error: .sequence
      ) { execution in
        let (outbox, continuation) = AsyncStream<[UInt8]>.makeStream()
        let (ends, ending) = AsyncStream<Never>.makeStream()
        continuation.onTermination = { _ in ending.finish() }
        core.connected(index, outbox: continuation)
        let pid = execution.processIdentifier.value
        await withTaskGroup(of: Bool.self) { group in
          group.addTask {
            do {
              for await line in outbox { _ = try await execution.standardInputWriter.write(line) }
            } catch {
              // What it was to be told is lost; its reports need not be waited for.
              note(error, seen)
              continuation.finish()
            }
            try? await execution.standardInputWriter.finish()
            return false
          }
          group.addTask {
            for await _ in ends {}
            // A host ends when its input does. What goes on is no host, or is stuck; so may be the
            // writing of what it has not read.
            if (try? await Task.sleep(for: .seconds(Self.patience))) != nil { kill(pid, SIGKILL) }
            return false
          }
          group.addTask {
            do {
              try await readErrors(execution.standardError, seen)
            } catch {
              note(error, seen)
              continuation.finish()
            }
            return true
          }
          group.addTask {
            do {
              try await readReports(execution.standardOutput, seen)
            } catch {
              note(error, seen)
            }
            continuation.finish()
            return true
          }
          var open = 2
          for await isReader in group where isReader {
            open -= 1
            // Both pipes are closed: the process has ended, and needs no killing.
            if open == 0 { group.cancelAll() }
          }
        }
      }
      return reason(
        result.terminationStatus, problem: seen.problem.withLock { $0 },
        output: seen.output.withLock { $0.text })
    } catch {
      return HostProblem(host.command.joined(separator: " "), error)
    }
  }

  /// Takes note of why a pipe cannot be used.
  ///
  /// That the host has died is no reason of its own.
  private func note(_ error: any Error, _ seen: Observations) {
    let problem = HostProblem("its pipes cannot be used", error)
    seen.problem.withLock { if $0 == nil, problem.code != nil { $0 = problem } }
  }

  /// Why no process should be started now: Subprocess 1.0 traps where it gets one pipe and not the
  /// next.
  private static func shortageOfDescriptors() -> FramePoolError? {
    var pipes: [Pipe] = []
    defer { for pipe in pipes { pipe.close() } }
    // Four pipes, one descriptor for the process, three for waiting.
    for _ in 0..<8 {
      guard let pipe = Pipe.make() else { return Shortage.process.error(errno) }
      pipes.append(pipe)
    }
    return nil
  }

  private func readErrors(
    _ output: SubprocessOutputSequence, _ seen: Observations
  ) async throws {
    for try await chunk in output {
      let bytes = chunk.withUnsafeBytes { Array($0) }
      seen.output.withLock { $0.append(bytes) }
    }
  }

  /// Hands the host's lines to the pool, until the host ends or does what a host must not.
  private func readReports(
    _ output: SubprocessOutputSequence, _ seen: Observations
  ) async throws {
    var lines = LineBuffer(limit: Wire.maximumLine)
    for try await chunk in output {
      for line in lines.append(chunk.withUnsafeBytes { Array($0) }) {
        guard let trouble = core.received(line, from: index) else { continue }
        seen.problem.withLock { $0 = trouble }
        return
      }
      guard !lines.isOverflown else {
        seen.problem.withLock { $0 = .init("it wrote a line that is too long") }
        return
      }
    }
  }

  /// What a host's environment has beyond its parent's.
  private static let environment: [Environment.Key: String] = [
    // libavfilter may bring OpenBLAS in, which starts threads when it is loaded; a process with
    // threads cannot fork.
    "OPENBLAS_NUM_THREADS": "1"
  ]

  private func reason(
    _ status: TerminationStatus, problem: HostProblem?, output: String
  ) -> HostProblem {
    if let problem { return problem }
    let lastLine = output.split(separator: "\n").last.map { "; it said: \($0)" } ?? ""
    return HostProblem("'\(host.command.joined(separator: " "))' ended (\(status))\(lastLine)")
  }

  private static func executable(_ command: String) -> Subprocess.Executable {
    command.contains("/") ? .path(FilePath(command)) : .name(command)
  }
}
