import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// Patterns for names, and what is settled by names before any work.
@Suite struct OutputNamesTests {
  private let directory = TemporaryDirectory()

  private func name(
    _ pattern: String, _ input: String, index: Int = 1, count: Int = 1, filters: [String] = []
  ) throws -> String {
    let bytes = try NamePattern(pattern).bytes(
      for: FilePath(input), index: index, count: count, filters: filters)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func patternsAreFilledIn() throws {
    #expect(try name("{name}", "a/b.c/clip.tar.mp4") == "clip.tar")
    #expect(try name("{name}", "noextension") == "noextension")
    #expect(try name("{name}", ".hidden") == ".hidden")
    #expect(try name("{index}-{name}", "x.mp4", index: 7, count: 120) == "007-x")
    #expect(
      try name("{filter}", "x.mp4", filters: ["blur=sigma=2,invert"]) == "blur-sigma-2-invert")
    #expect(try name("{filter}", "x.mp4", filters: ["scale=iw/2:-2"]) == "scale-iw-2-2")
    #expect(try name("{filter}", "x.mp4") == "none")
    #expect(try name("sub/{name}-done", "x.mp4") == "sub/x-done")
  }

  @Test(arguments: [
    "{nam}", "{name", "../{name}", "/{name}", "a//{name}", "{name}/", "./{name}", "",
  ])
  func patternsThatCannotBeAreRefused(text: String) {
    #expect(throws: FramePoolError.self) { try NamePattern(text) }
  }

  @Test func picturesMustDiffer() throws {
    #expect(throws: FramePoolError.self) { try ImagePattern("{name}") }
    #expect(throws: FramePoolError.self) { try ImagePattern("a/{frame}") }
    let bytes = try ImagePattern("{name}_{frame}@{time}").bytes(
      name: Array("clip".utf8), number: 42, seconds: 61.0304)
    #expect(String(decoding: bytes, as: UTF8.self) == "clip_000042@00061.030")
  }

  private func names(
    _ inputs: [String], existing: OutputSettings.Existing = .fail, pattern: String = "{name}"
  ) throws -> OutputNames {
    var settings = OutputSettings(directory: InputPath(directory.path.appending("out")))
    settings.existing = existing
    settings.pattern = try NamePattern(pattern)
    let list = inputs.map { BatchInput(path: directory.path.pushing(FilePath($0)), size: 1) }
    return OutputNames(list, settings, filters: []) { _ in "mkv" }
  }

  private func isRefused(_ decision: OutputNames.Decision?, _ words: String) -> Bool {
    if case .refuse(_, let message) = decision { message.contains(words) } else { false }
  }

  @Test func namesThatAreEqualButForCaseAreRefused() throws {
    let names = try names(["a/ÄB.mp4", "b/äb.mkv", "c/c.mp4"])
    #expect(isRefused(names.decisions[0], "same name"))
    #expect(isRefused(names.decisions[1], "same name"))
    guard case .write(let targets) = names.decisions[2] else {
      Issue.record("the third name is free")
      return
    }
    #expect(targets.map(\.path) == [directory.path.appending("out").appending("c.mkv")])
  }

  @Test func anInputThatIsAnOutputOfAnotherIsRefused() throws {
    directory.write("video", to: "out/one.mkv")
    directory.write("video", to: "one.mp4")
    let names = try names(["one.mp4", "out/one.mkv"], existing: .replace)
    #expect(isRefused(names.decisions[0], "is the input"))
  }

  @Test func aDirectoryInTheWayIsRefused() throws {
    directory.write("", to: "out/one.mkv/file")
    #expect(isRefused(try names(["one.mp4"], existing: .replace).decisions[0], "a directory"))
  }

  @Test func aLinkThatLeadsNowhereIsThere() throws {
    directory.write("", to: "out/other")
    let link = directory.path.appending("out").appending("one.mkv")
    _ = link.withPlatformString { symlink("nowhere", $0) }
    #expect(isRefused(try names(["one.mp4"]).decisions[0], "there already"))
  }
}
