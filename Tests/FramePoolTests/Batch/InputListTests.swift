import CLinux
import Glibc
import SystemPackage
import Testing

@testable import FramePool

@Suite struct InputListTests {
  private let directory = TemporaryDirectory()

  private func list(_ paths: FilePath..., recursive: Bool = false) -> InputList {
    var list = InputList()
    for path in paths { list.add(path, recursive: recursive) }
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
    #expect(list.notices.count == 1)
    #expect(list.notices[0].contains("1 file"))
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
}
