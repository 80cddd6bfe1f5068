import Subprocess
import SystemPackage

/// One run of the built `vidproc`, as a user sees it.
struct Run: Sendable {
  let output: String
  let errors: String
  /// The exit code; a signal's number with a minus.
  let status: Int32

  /// Runs it to its end.
  static func vidproc(
    _ arguments: [String], input: String = "", directory: FilePath? = nil
  ) async throws -> Run {
    let result = try await Subprocess.run(
      .path(FilePath(Products.vidproc)), arguments: Arguments(arguments),
      workingDirectory: directory, input: .string(input), output: .string(limit: 64 << 20),
      error: .string(limit: 64 << 20))
    let status: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): -signal
      }
    return Run(output: result.standardOutput, errors: result.standardError, status: status)
  }

  static func vidproc(_ arguments: String..., input: String = "") async throws -> Run {
    try await vidproc(arguments, input: input)
  }

  /// Runs another program and gives what it prints.
  static func program(_ name: String, _ arguments: [String]) async throws -> String {
    let result = try await Subprocess.run(
      name.contains("/") ? .path(FilePath(name)) : .name(name), arguments: Arguments(arguments),
      output: .string(limit: 64 << 20), error: .discarded)
    return result.standardOutput
  }
}
