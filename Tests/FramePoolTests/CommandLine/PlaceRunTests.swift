import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import FramePool

/// Where reports and standard output go, and what may lie there.
@Suite struct PlaceRunTests {
  private let directory = TemporaryDirectory()
  private let small = Folders.sample("gif_200x150.gif")

  private func run(_ arguments: [String]) async throws -> Run {
    try await Run.vidproc(arguments, directory: directory.path)
  }

  @Test func reportsMakeTheirDirectories() async throws {
    let run = try await run(["-q", small, "--output", "out", "--report", "out/deep/r.json"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try ReadReport(directory.path.pushing("out/deep/r.json")).totals.ok == 1)
  }

  @Test func aNameAsLongAsAFileSystemTakesIsTaken() async throws {
    let name = String(repeating: "R", count: 250) + ".json"
    let run = try await run(["-q", small, "--report", name])
    #expect(run.status == 0, "\(run.errors)")
    #expect(directory.names() == [name])
    let long = try await self.run(["-q", small, "--report", "R" + name])
    #expect(long.status == 64, "told before the work")
  }

  @Test func aReportIsWrittenThroughALink() async throws {
    _ = directory.path.appending("real").withPlatformString { mkdir($0, 0o755) }
    // What the link names need not be there yet.
    _ = "real/r.json".withCString { target in
      directory.path.appending("latest.json").withPlatformString { symlink(target, $0) }
    }
    #expect(try await run(["-q", small, "--report", "latest.json"]).status == 0)
    #expect(try ReadReport(directory.path.pushing("real/r.json")).totals.ok == 1)
    var status = stat()
    _ = directory.path.appending("latest.json").withPlatformString { lstat($0, &status) }
    #expect(status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func aReportIsWrittenIntoAPipe() async throws {
    let text = try await Run.program(
      "bash",
      [
        "-c",
        "cd '\(directory.path)'; mkfifo r.json; cat r.json & \"$0\" -q --report r.json \"$1\"; wait",
        Products.vidproc, small,
      ])
    #expect(text.contains("vidproc.report/1"))
  }

  @Test(arguments: [
    ["--report", "a.json", "--report", "./a.json"], ["--report", "a.json", "--trace", "a.json"],
    ["--report", "a.csv", "--records", "a.csv", "-f", "stats"],
  ])
  func twoFilesForOneNameAreRefused(arguments: [String]) async throws {
    let run = try await run(["-q", small] + arguments)
    #expect(run.status == 64, "\(run.errors)")
    #expect(directory.names() == [])
  }

  @Test func aReportIsNoInput() async throws {
    let input = directory.write("", to: "clip.json")
    _ = try await Run.program("cp", [small, input.string])
    let run = try await run(["-q", "clip.json", "--report", "clip.json"])
    #expect(run.status == 64 && run.errors.contains("sources are never written to"))
  }

  @Test(arguments: [
    ["probe", "--json"], ["-q", "--progress", "json"], ["--progress", "none"],
    ["--dry-run", "-o", "x"],
    ["filters"], ["--help"], ["--version"],
  ])
  func whatCannotBeWrittenToStandardOutputIsAnError(arguments: [String]) async throws {
    let needsInput = !["filters", "--help", "--version"].contains(arguments[0])
    let script = "\"$0\" \"$@\" > /dev/full; echo $? >&2"
    let result = try await Subprocess.run(
      .name("bash"),
      arguments: Arguments(
        ["-c", script, Products.vidproc] + arguments + (needsInput ? [small] : [])),
      workingDirectory: directory.path, output: .discarded, error: .string(limit: 1 << 20))
    #expect(result.standardError.hasSuffix("1\n"), "\(result.standardError)")
    #expect(result.standardError.contains("standard output cannot be written"))
  }

  @Test func aTerminalWithoutACursorGetsNoEscapeSequences() async throws {
    let text = try await Run.program(
      "bash",
      [
        "-c",
        "TERM=dumb script -qec \"$0 --progress ${2} $1\" '\(directory.path)/o' > /dev/null; "
          + "cat '\(directory.path)/o'", Products.vidproc, small, "bar",
      ])
    #expect(text.contains("1 ok") && !text.contains("\u{1B}"), "\(text)")
  }

  @Test func cellsThatASpreadsheetWouldRunAreText() async throws {
    let name = "=cmd|' C'!A0.gif"
    _ = try await Run.program("cp", [small, directory.path.appending(name).string])
    #expect(try await run(["-q", name, "--report", "r.csv"]).status == 0)
    let guarded = try #require(TextFile.read(directory.path.appending("r.csv").string))
    #expect(guarded.contains("\r\n'=cmd|"))
    #expect(try await run(["-q", name, "--report", "r.csv", "--csv-as-is"]).status == 0)
    let plain = try #require(TextFile.read(directory.path.appending("r.csv").string))
    #expect(plain.contains("\r\n=cmd|"))
  }

  @Test(arguments: [["probe"], ["-q"], ["preview", "-f", "invert", "-o", "p.png"]])
  func aPipeInPlaceOfAVideoIsNotWaitedFor(arguments: [String]) async throws {
    _ = directory.path.appending("p.mkv").withPlatformString { mkfifo($0, 0o600) }
    let run = try await run(arguments + ["p.mkv"])
    #expect(run.status == 1)
    #expect(run.errors.contains("p.mkv is not a regular file"), "\(run.errors)")
  }

  @Test func aStandardErrorThatNobodyReadsHoldsNothingUp() async throws {
    // A hundred long lines are more than a pipe of one page holds.
    for number in 0..<100 {
      let link = directory.path.appending(String(repeating: "n", count: 120) + "\(number).gif")
      _ = link.withPlatformString { to in small.withCString { symlink($0, to) } }
    }
    let (read, write) = try FileDescriptor.pipe()
    // F_SETPIPE_SZ of fcntl(2), which Glibc's module leaves out.
    #expect(fcntl(write.rawValue, 1031, 4096) == 4096)
    let report = directory.path.appending("r.json")
    let result = try await Subprocess.run(
      .path(FilePath(Products.vidproc)),
      arguments: Arguments(
        ["--frames", "1", "--progress", "plain", "--records", report.string + ".csv"]
          + ["-f", "stats", directory.path.string]),
      input: .none, output: .discarded,
      error: .fileDescriptor(write, closeAfterSpawningProcess: true)
    ) { execution in
      // All workers have come and gone while nobody reads.
      let pid = execution.processIdentifier.value
      _ = await Processes.eventually { !Processes.children(of: pid).isEmpty }
      let isDone = await Processes.eventually { Processes.children(of: pid).isEmpty }
      #expect(isDone)
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while try buffer.withUnsafeMutableBytes({ try read.read(into: $0) }) > 0 {}
    }
    try read.close()
    #expect(result.terminationStatus == .exited(0))
  }
}
