import ArgumentParser
import Glibc

/// Parses the command line and runs the command; the main thread stays behind to take signals.
enum CommandRunner {
  /// Runs the command that was typed.
  ///
  /// Never returns.
  static func run(_ root: any ParsableCommand.Type) -> Never {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments == ["--version"] {
      // Not ArgumentParser's own: the text needs FFmpeg, which nothing else should load.
      print(VersionText.full)
      ExitCode.exit(ExitCode.success)
    }
    do {
      var command = try root.parseAsRoot(arguments)
      guard command is any AsyncParsableCommand else {
        try command.run()
        ExitCode.exit(ExitCode.success)
      }
      Interrupts.shared.block()
      // Its report is written whenever a signal comes, before the first worker too.
      if command is RunCommand { Interrupts.shared.expectHandler() }
      // Awaited by the end of the process: the task ends it.
      Task { await run(arguments, of: root) }
      Interrupts.shared.serve()
    } catch {
      fail(error, root)
    }
  }

  /// Parses once more, since a command cannot be sent to another thread, and runs.
  private static func run(_ arguments: [String], of root: any ParsableCommand.Type) async {
    do {
      guard var command = try root.parseAsRoot(arguments) as? any AsyncParsableCommand else {
        return
      }
      try await command.run()
      ExitCode.exit(ExitCode.success)
    } catch {
      fail(error, root)
    }
  }

  private static func fail(_ error: any Error, _ root: any ParsableCommand.Type) -> Never {
    root.exit(withError: error)
  }
}
