import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import FramePool

/// Faults that tries of public bug reports have found: a script each, in a folder beside the project.
@Suite struct CaseTests {
  private static let folder = Folders.package.removingLastComponent().appending("shared")
    .appending("cases").appending("cli")

  private static let scripts = (Directory.names(in: folder) ?? []).map(\.string)
    .filter { $0.hasSuffix(".sh") }.sorted()

  @Test(
    .enabled(if: !scripts.isEmpty, "no folder of cases beside the project; they are skipped"),
    arguments: scripts)
  func noneIsThere(script: String) async throws {
    let result = try await Subprocess.run(
      .name("bash"), arguments: [Self.folder.appending(script).string],
      environment: .inherit.updating([
        "VIDPROC": Products.vidproc, "SAMPLES": Folders.samples.string,
      ]), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    #expect(
      result.terminationStatus == .exited(0),
      "\(result.standardOutput)\(result.standardError)")
  }
}
