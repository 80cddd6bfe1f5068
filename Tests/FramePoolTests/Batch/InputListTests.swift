import CLinux
import Glibc
import SystemPackage
import Testing

@testable import FramePool

@Suite struct InputListTests {
  private let directory = TemporaryDirectory()

  private func list(_ paths: FilePath..., recursive: Bool = false) -> InputList {
    var list = InputList()
    for path in paths { list.add(path, .init(isRecursive: recursive)) }
    return list
  }

  private func names(_ list: InputList) -> [String] {
    list.inputs.map { $0.path.lastComponent?.string ?? "" }
  }

  @Test func filesAreTakenWhateverTheirName() {
    let file = directory.write("abc", to: "notes.txt")
    let list = list(file)
    #expect(list.inputs == [BatchInput(path: file, size: 3, obstacle: nil)])
  }

  @Test func aDirectorysVideosComeByNameAndTheRestIsSaid() {
    for name in ["b.mp4", "a.MKV", "c.txt", ".hidden.mp4", "sub/d.mp4"] {
      directory.write("", to: name)
    }
    let list = list(directory.path)
    #expect(names(list) == ["a.MKV", "b.mp4"])
    #expect(list.notices.count == 2)
    #expect(list.notices[0].contains("1 file"))
    #expect(list.notices[1].contains("1 hidden file"))
  }

  @Test func recursionGoesDownButFollowsNoLinksToDirectories() {
    directory.write("", to: "sub/deep/a.mp4")
    directory.write("", to: "b.mp4")
    _ = "\(directory.path)".withCString { target in
      "\(directory.path)/loop".withCString { symlink(target, $0) }
    }
    #expect(names(list(directory.path, recursive: true)) == ["b.mp4", "a.mp4"])
  }

  @Test func anEmptyDirectoryIsSaid() {
    #expect(list(directory.path).notices.count == 1)
    #expect(list(directory.path, recursive: true).notices.count == 1)
    directory.write("", to: "sub/a.mp4")
    #expect(list(directory.path, recursive: true).notices.isEmpty)
  }

  @Test func whatIsMissingIsAnInputThatFailed() {
    let list = list(directory.path.appending("no.mp4"))
    guard case .failed(.notFound, _)? = list.inputs.first?.obstacle else {
      Issue.record("\(list.inputs)")
      return
    }
  }

  @Test func duplicatesAreToldByTheirPath() {
    let file = directory.write("", to: "a.mp4")
    let again = directory.path.appending("x/../a.mp4")
    directory.write("", to: "x/y")
    let list = list(file, again, directory.path)
    #expect(list.inputs.map(\.obstacle) == [nil, .duplicate(of: file), .duplicate(of: file)])
  }

  @Test func linksToOneFileAreSeveralInputs() {
    let file = directory.write("", to: "a.mp4")
    let link = directory.path.appending("b.mp4")
    _ = file.withPlatformString { from in link.withPlatformString { symlink(from, $0) } }
    #expect(list(file, link).inputs.map(\.obstacle) == [nil, nil])
  }

  @Test func whatIsNoFileIsAnInputThatFailed() {
    let pipe = directory.path.appending("pipe.mp4")
    _ = pipe.withPlatformString { mkfifo($0, 0o600) }
    guard case .failed(.unreadable, _)? = list(pipe).inputs.first?.obstacle else {
      Issue.record("a pipe was taken for a file")
      return
    }
  }

  @Test func namesThatAreNotUTF8AreKept() {
    let path = FilePath(
      bytes: Array("\(directory.path)/".utf8) + [0xFF, 0xFE] + Array(".mp4".utf8))
    let file = path.withPlatformString { clinux_open($0, O_CREAT | O_WRONLY, 0o600) }
    close(file)
    #expect(list(directory.path).inputs.map(\.path) == [path])
  }

  private func link(_ name: String, to target: String) {
    _ = target.withCString { target in
      directory.path.appending(name).withPlatformString { symlink(target, $0) }
    }
  }

  private func following(_ path: FilePath) -> InputList {
    var list = InputList()
    list.add(path, .init(isRecursive: true, followsLinks: true))
    return list
  }

  @Test func linksToDirectoriesThatAreNamedLikeVideosAreNotFollowed() {
    directory.write("", to: "d/f.mkv")
    link("d/a.mkv", to: ".")
    link("d/b.mkv", to: ".")
    for list in [list(directory.path.appending("d")), list(directory.path, recursive: true)] {
      #expect(names(list) == ["f.mkv"])
      #expect(list.notices.contains { $0.contains("2 links to directories") })
    }
  }

  @Test func linksAreFollowedWhenAskedForEachDirectoryOnce() {
    directory.write("", to: "a/f.mkv")
    directory.write("", to: "b/g.mkv")
    link("a/up", to: "..")
    link("a/self", to: ".")
    link("b/across", to: "../a")
    link("outer", to: "b")
    let list = following(directory.path)
    #expect(names(list).sorted() == ["f.mkv", "g.mkv"])
  }

  @Test func aNamedLinkToADirectoryIsSearched() {
    directory.write("", to: "real/f.mkv")
    link("named", to: "real")
    #expect(names(list(directory.path.appending("named"))) == ["f.mkv"])
  }

  @Test func aTreeDeeperThanAnyStackIsSearched() throws {
    // A path of 4,096 bytes ends the way down: what lies there is told of, and nothing hangs.
    let depth = 2500
    var levels = [directory.path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY) }]
    for _ in 0..<depth {
      let top = try #require(levels.last)
      #expect(mkdirat(top, "d", 0o755) == 0)
      levels.append(openat(top, "d", O_RDONLY | O_DIRECTORY))
      if levels.count > 2 { close(levels.removeFirst()) }
    }
    let list = list(directory.path, recursive: true)
    #expect(list.inputs.count == 1, "the directory whose path is too long")
    guard case .failed(.unreadable, _)? = list.inputs.first?.obstacle else {
      Issue.record("\(list.inputs)")
      return
    }
    // Removed from below, for the same reason.
    var lowest = levels.removeLast()
    for level in levels { close(level) }
    for _ in 0..<depth {
      let above = openat(lowest, "..", O_RDONLY | O_DIRECTORY)
      close(lowest)
      unlinkat(above, "d", AT_REMOVEDIR)
      lowest = above
    }
    close(lowest)
  }

  @Test func hiddenFilesAndDirectoriesWithoutVideosAreToldOf() {
    directory.write("", to: ".a.mp4")
    directory.write("", to: "sub/b.mp4")
    let notices = list(directory.path).notices
    #expect(notices.contains { $0.contains("has no videos; it has 1 directory: add --recursive") })
    #expect(notices.contains { $0.contains("1 hidden file left out") })
  }
}
