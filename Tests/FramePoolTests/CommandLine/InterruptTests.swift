import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import FramePool

/// Signals to the parent of a batch, and what is left afterwards.
@Suite(.serialized) struct InterruptTests {
  private let directory = TemporaryDirectory()

  /// Starts a batch that would take long, sends signals to it, and waits for its end.
  ///
  /// - Parameters:
  ///   - signals: Sent one after the other, each when the one before has been taken.
  ///   - files: How many times the same video stands in the batch.
  ///   - loop: Filters that make a video last.
  /// - Returns: How it ended, and the workers and the host that ran when the first signal came.
  /// - Throws: What starting the program throws.
  private func interrupt(
    _ signals: [Int32], files: Int = 6, loop: String = "loop=loop=99:size=125,gblur=sigma=20"
  ) async throws -> (TerminationStatus, [Int32]) {
    let source = Folders.sample("h264_aac_640x360.mp4")
    let links = (0..<files).map { directory.path.appending("\($0).mp4") }
    for link in links {
      _ = link.withPlatformString { to in source.withCString { symlink($0, to) } }
    }
    var seen: [Int32] = []
    let result = try await Subprocess.run(
      .path(FilePath(Products.vidproc)),
      arguments: Arguments(
        [
          "--progress", "none", "--jobs", "2", "-f", loop, "--report",
          directory.path.appending("r.json").string,
        ] + links.map(\.string)),
      input: .none, output: .discarded, error: .discarded
    ) { execution in
      let pid = execution.processIdentifier.value
      _ = await Processes.eventually {
        seen = descendants(of: pid)
        return seen.count >= 3
      }
      for signal in signals {
        kill(pid, signal)
        try await Task.sleep(for: .milliseconds(150))
      }
    }
    return (result.terminationStatus, seen)
  }

  private func descendants(of pid: Int32) -> [Int32] {
    Processes.children(of: pid).flatMap { [$0] + descendants(of: $0) }
  }

  private func expectNothingIsLeft(_ pids: [Int32]) async {
    #expect(pids.count >= 3)
    #expect(await Processes.eventually { pids.allSatisfy { !Processes.isAlive($0) } })
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func aSignalWhileTheListIsReadEndsItAtOnce(signal: Int32) async throws {
    let report = directory.path.appending("r.json")
    let (read, write) = try FileDescriptor.pipe()
    let result = try await Subprocess.run(
      .path(FilePath(Products.vidproc)),
      arguments: ["--quiet", "--files-from", "-", "--report", report.string],
      input: .fileDescriptor(read, closeAfterSpawningProcess: true), output: .discarded,
      error: .discarded
    ) { execution in
      // It waits for the list of its inputs.
      try await Task.sleep(for: .milliseconds(300))
      kill(execution.processIdentifier.value, signal)
    }
    try write.close()
    #expect(result.terminationStatus == (signal == SIGINT ? .signaled(SIGINT) : .exited(130)))
    #expect(directory.names() == [], "nothing was written")
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func aSignalWhileAReportIsWrittenEndsItAtOnce(signal: Int32) async throws {
    // A pipe that nobody reads: the report waits for a reader.
    let report = directory.path.appending("r.json")
    _ = report.withPlatformString { mkfifo($0, 0o600) }
    let result = try await Subprocess.run(
      .path(FilePath(Products.vidproc)),
      arguments: ["--quiet", "--report", report.string, Folders.sample("gif_200x150.gif")],
      input: .none, output: .discarded, error: .discarded
    ) { execution in
      let pid = execution.processIdentifier.value
      _ = await Processes.eventually { !Processes.children(of: pid).isEmpty }
      _ = await Processes.eventually { Processes.children(of: pid).isEmpty }
      try await Task.sleep(for: .milliseconds(100))
      kill(pid, signal)
    }
    #expect(result.terminationStatus == (signal == SIGINT ? .signaled(SIGINT) : .exited(130)))
  }

  @Test(arguments: ["HUP", "INT"])
  func whatTheCallerIgnoresIsIgnored(signal: String) async throws {
    let report = directory.path.appending("r.json")
    let run = try await Run.program(
      "bash",
      [
        "-c",
        """
        trap '' \(signal)
        "$0" -q --report "$1" -f loop=loop=3:size=125,gblur=sigma=20 "$2" & pid=$!
        while [ -z "$(pgrep -P $pid)" ]; do sleep 0.02; done
        sleep 0.3; kill -\(signal) $pid; wait $pid; echo $?
        """, Products.vidproc, report.string, Folders.sample("h264_aac_640x360.mp4"),
      ])
    #expect(run == "0\n")
    #expect(try ReadReport(report).totals.ok == 1)
  }

  @Test func whatIsStoppedStopsItsWorkersToo() async throws {
    let source = Folders.sample("h264_aac_640x360.mp4")
    let result = try await Subprocess.run(
      .path(FilePath(Products.vidproc)),
      arguments: ["-q", "-f", "loop=loop=99:size=125,gblur=sigma=20", "--timeout", "2", source],
      input: .none, output: .discarded, error: .discarded
    ) { execution in
      let pid = execution.processIdentifier.value
      _ = await Processes.eventually { descendants(of: pid).count >= 2 }
      try await Task.sleep(for: .milliseconds(300))
      kill(pid, SIGTSTP)
      _ = await Processes.eventually { Processes.state(of: pid) == "T" }
      let workers = descendants(of: pid).dropFirst()
      let before = workers.map(Processes.ticks)
      // Longer than the time limit, which does not run.
      try await Task.sleep(for: .seconds(3))
      #expect(workers.map(Processes.ticks) == before)
      kill(pid, SIGCONT)
      _ = await Processes.eventually { workers.map(Processes.ticks) != before }
      #expect(workers.map(Processes.ticks) != before)
    }
    #expect(result.terminationStatus == .exited(1), "its time limit ran out, after it went on")
  }

  @Test func theFirstInterruptLetsRunningVideosFinish() async throws {
    let (status, pids) = try await interrupt([SIGINT], loop: "loop=loop=9:size=125,gblur=sigma=20")
    #expect(status == .signaled(SIGINT), "ended as Ctrl-C ends a program")
    let report = try ReadReport(directory.path.appending("r.json"))
    #expect(report.totals.ok >= 2)
    #expect(report.totals.cancelled >= 1)
    #expect(report.totals.failed == 0)
    await expectNothingIsLeft(pids)
  }

  @Test func theSecondInterruptEndsThem() async throws {
    let (status, pids) = try await interrupt([SIGINT, SIGINT])
    #expect(status == .signaled(SIGINT))
    let report = try ReadReport(directory.path.appending("r.json"))
    #expect(report.totals.cancelled == 6)
    await expectNothingIsLeft(pids)
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func terminationEndsThemAtOnce(signal: Int32) async throws {
    let (status, pids) = try await interrupt([signal])
    #expect(status == .exited(130))
    #expect(try ReadReport(directory.path.appending("r.json")).totals.cancelled == 6)
    await expectNothingIsLeft(pids)
  }

  @Test func killingTheParentEndsEverything() async throws {
    let (status, pids) = try await interrupt([SIGKILL])
    #expect(status == .signaled(SIGKILL))
    await expectNothingIsLeft(pids)
    #expect(!directory.names().contains("r.json"))
  }
}
