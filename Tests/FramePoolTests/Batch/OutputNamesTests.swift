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

  @Test func delaysFindTheirPlaceInAHeader() throws {
    var delay = CodecDelay()
    let first = delay.add(title: "", nanoseconds: 21_333_333)
    let second = delay.add(title: "Commentary", nanoseconds: 5)
    #expect(first.utf8.count == 11)
    #expect(second.utf8.count == "Commentary".utf8.count + 7)
    // The Tracks element: a checksum, and the two names as the muxer writes them.
    var body: [UInt8] = [0xBF, 0x84, 0, 0, 0, 0]
    for name in [first, second] {
      body += [0x53, 0x6E, 0x80 | UInt8(name.utf8.count)] + Array(name.utf8)
    }
    let file = directory.write("", to: "header")
    let bytes: [UInt8] = [0x16, 0x54, 0xAE, 0x6B, 0x80 | UInt8(body.count)] + body + [0x1F]
    let descriptor = file.withPlatformString { open($0, O_WRONLY) }
    DescriptorIO.write(bytes, to: descriptor)
    close(descriptor)
    #expect(delay.patch(file))
    let reader = file.withPlatformString { open($0, O_RDONLY) }
    defer { close(reader) }
    guard case .bytes(let after) = DescriptorIO.read(reader) else {
      Issue.record("the file is gone")
      return
    }
    #expect(after.count == bytes.count)
    #expect(after.firstRange(of: [0x56, 0xAA, 0x84, 0x01, 0x45, 0x85, 0x55, 0xEC, 0x85]) != nil)
    let name = [0x53, 0x6E, 0x8A] + Array("Commentary".utf8) + [0x56, 0xAA, 0x84, 0, 0, 0, 5]
    #expect(after.firstRange(of: name) != nil)
    #expect(after[7..<11] != [0, 0, 0, 0], "the checksum is made anew")
  }
}
