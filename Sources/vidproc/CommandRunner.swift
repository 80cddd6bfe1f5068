import ArgumentParser
import CLinux
import FramePool
import Glibc

/// Parses the command line and runs the command; the main thread stays behind to take signals.
enum CommandRunner {
  /// Runs the command that was typed.
  ///
  /// Never returns.
  static func run(_ root: any ParsableCommand.Type) -> Never {
    let arguments = RawArguments.all
    // A reader that goes away shows as a failed write.
    clinux_ignore_broken_pipes()
    if arguments == ["--version"] {
      // Not ArgumentParser's own: the text needs FFmpeg, which nothing else should load.
      StandardOutput.writeLine(VersionText.full)
      end(ExitCode.success)
    }
    do {
      try ArgumentCheck.check(arguments, of: root)
      var command = try root.parseAsRoot(arguments)
      guard command is any AsyncParsableCommand else {
        try command.run()
        end(ExitCode.success)
      }
      try checkResources()
      Interrupts.shared.block()
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
      end(ExitCode.success)
    } catch {
      fail(error, root)
    }
  }

  /// Sees that the threads and descriptors can be had that Swift's concurrency and this program need:
  /// where there are none, the former waits for ever or crashes.
  private static func checkResources() throws {
    // As many as CPUs do the work; the others wait for timers, pipes, children, the disk, the
    // terminal, and for inputs.
    let threads = CInt(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN)) + 10)
    for reason in [clinux_try_threads(threads), clinux_try_descriptors(24)] where reason != 0 {
      throw FramePoolError(.outOfMemory, "no work can begin: \(Shortage.text(reason))")
    }
  }

  /// Tells why the command came to nothing, or what was asked for in its place, such as the help.
  private static func fail(_ error: any Error, _ root: any ParsableCommand.Type) -> Never {
    if let error = error as? FramePoolError {
      StandardError.write("vidproc: error: \(Format.printable(error.description))\n")
      end(error.code == .refused ? ExitCode.usage : ExitCode.incomplete)
    }
    let code = root.exitCode(for: error).rawValue
    let message = RawArguments.displayed(root.fullMessage(for: error))
    if code == ExitCode.success {
      if !message.isEmpty { StandardOutput.writeLine(message) }
    } else if !message.isEmpty {
      // One form for all errors, whoever finds them.
      let own = message.hasPrefix("Error: ") ? "vidproc: error: " + message.dropFirst(7) : message
      StandardError.write(own + "\n")
    }
    end(code)
  }

  /// Ends the process; with an error where standard output could not be written to.
  private static func end(_ code: Int32) -> Never {
    guard code == ExitCode.success, let failure = StandardOutput.failure else {
      ExitCode.exit(code)
    }
    StandardError.write("vidproc: error: \(failure)\n")
    ExitCode.exit(ExitCode.incomplete)
  }
}
