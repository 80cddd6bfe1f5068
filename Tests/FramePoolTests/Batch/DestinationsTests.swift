import Glibc
import SystemPackage
import Testing

@testable import FramePool

@Suite struct DestinationsTests {
  private let directory = TemporaryDirectory()

  @Test func twoNamesOfOnePlaceAreOne() throws {
    let file = directory.path.appending("a.json")
    var destinations = Destinations()
    try destinations.add(file, "--report")
    let names = ["./a.json", "x/../a.json", "link.json"]
    directory.write("", to: "x/y")
    _ = "a.json".withCString { target in
      directory.path.appending("link.json").withPlatformString { symlink(target, $0) }
    }
    for name in names {
      #expect(throws: FramePoolError.self) {
        try destinations.add(directory.path.pushing(FilePath(name)), "--trace")
      }
    }
    try destinations.add(directory.path.appending("b.json"), "--trace")
  }

  @Test func anInputIsNoDestinationWhateverItsName() throws {
    let input = directory.write("video", to: "a.mkv")
    let report = directory.path.appending("r.json")
    _ = input.withPlatformString { from in report.withPlatformString { link(from, $0) } }
    var destinations = Destinations()
    try destinations.add(report, "--report")
    #expect(throws: FramePoolError.self) {
      try destinations.check(against: [BatchInput(path: input, size: 5)])
    }
  }

  @Test func anOutputIsNoDestination() throws {
    var destinations = Destinations()
    try destinations.add(directory.path.appending("a.mkv"), "--report")
    var settings = OutputSettings(directory: InputPath(directory.path))
    settings.pattern = .name
    let names = OutputNames(
      [BatchInput(path: "x/a.mp4", size: 1)], settings, filters: [], apartFrom: destinations
    ) { _ in "mkv" }
    guard case .refuse(_, let message)? = names.decisions[0] else {
      Issue.record("\(names.decisions)")
      return
    }
    #expect(message.contains("--report"))
  }

  @Test func namesThatDifferInCaseOnlyAreToldSo() {
    let settings = OutputSettings(directory: InputPath(directory.path))
    let names = OutputNames(
      [BatchInput(path: "x/a.mp4", size: 1), BatchInput(path: "y/A.mp4", size: 1)], settings,
      filters: []
    ) { _ in "mkv" }
    guard case .refuse(_, let message)? = names.decisions[0] else {
      Issue.record("\(names.decisions)")
      return
    }
    #expect(message.contains("only in case or Unicode form") && message.contains("--name"))
  }
}
