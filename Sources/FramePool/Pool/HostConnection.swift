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
    let problem = Mutex<String?>(nil)
    /// The end of its standard error.
    let output = Mutex(OutputTail())
  }

  /// Runs until the pool does not want the host any more.
  func run() async {
    var pause = 0.05
    while core.wants(index) {
      let start = MonotonicClock.now()
      let reason = await runOnce()
      core.ended(index, reason: reason)
      guard core.wants(index) else { return }
      // A host that lived a while is replaced at once; one that dies at birth is given time.
      if MonotonicClock.seconds(since: start) > 1 { pause = 0.05 }
      try? await Task.sleep(for: .seconds(pause))
      pause = min(pause * 4, 2)
    }
  }

  /// Starts the process and stays until it has ended.
  ///
  /// - Returns: What is known about why it ended.
  private func runOnce() async -> String {
    var options = PlatformOptions()
    // A session of its own: Ctrl-C in the terminal reaches the parent alone.
    options.createSession = true
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
    let seen = Observations()
    do {
      let result = try await Subprocess.run(
        Self.executable(host.command[0]), arguments: Arguments(Array(host.command.dropFirst())),
        environment: .inherit.updating(Self.environment),
        platformOptions: options, input: .inputWriter, output: .sequence, error: .sequence
      ) { execution in
        let (outbox, continuation) = AsyncStream<[UInt8]>.makeStream()
        core.connected(index, outbox: continuation)
        let pid = execution.processIdentifier.value
        await withTaskGroup(of: Bool.self) { group in
          group.addTask {
            for await line in outbox { _ = try? await execution.standardInputWriter.write(line) }
            try? await execution.standardInputWriter.finish()
            // A host ends when its input does. What goes on is no host, or is stuck.
            if (try? await Task.sleep(for: .seconds(2))) != nil { kill(pid, SIGKILL) }
            return false
          }
          group.addTask {
            try? await readErrors(execution.standardError, seen)
            return true
          }
          group.addTask {
            try? await readReports(execution.standardOutput, seen)
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
      return "\(host.command.joined(separator: " ")): \(error)"
    }
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
        seen.problem.withLock { $0 = "it wrote a line that is too long" }
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

  private func reason(_ status: TerminationStatus, problem: String?, output: String) -> String {
    if let problem { return problem }
    let lastLine = output.split(separator: "\n").last.map { "; it said: \($0)" } ?? ""
    return "'\(host.command.joined(separator: " "))' ended (\(status))\(lastLine)"
  }

  private static func executable(_ command: String) -> Subprocess.Executable {
    command.contains("/") ? .path(FilePath(command)) : .name(command)
  }
}
