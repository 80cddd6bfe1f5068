import ArgumentParser
import FramePool
import SystemPackage

/// Which videos.
struct InputOptions: ParsableArguments {
  @Argument(help: "Video files, and directories of them.", completion: .file())
  var inputs: [String] = []

  @Flag(name: .shortAndLong, help: "Search directories in directories too.")
  var recursive = false

  @Flag(help: "Follow links to directories, each directory once.")
  var follow = false

  @Option(
    help: ArgumentHelp(
      "Read more inputs from a file, one a line; - is standard input.", valueName: "file"),
    completion: .file())
  var filesFrom: [String] = []

  @Flag(
    name: [.customLong("null"), .customShort("0")],
    help: "The names in --files-from end with a zero byte, as from find -print0.")
  var null = false

  mutating func validate() throws {
    if follow, !recursive { throw ValidationError("--follow requires --recursive.") }
    if inputs.isEmpty, filesFrom.isEmpty {
      throw ValidationError("Name at least one video, directory or --files-from.")
    }
    if null, filesFrom.isEmpty {
      throw ValidationError("--null requires --files-from.")
    }
  }

  /// Finds the videos.
  ///
  /// - Parameter outputs: Where outputs go, which is not searched; nil for nowhere.
  /// - Returns: The videos.
  /// - Throws: An error for a list of names that cannot be read.
  func list(leavingOut outputs: FilePath? = nil) throws -> InputList {
    var list = InputList()
    if let outputs { list.leaveOut(outputs) }
    let search = InputList.Search(isRecursive: recursive, followsLinks: follow)
    for input in inputs { list.add(RawArguments.path(input), search) }
    for file in filesFrom {
      for path in try PathListReader.read(file, endsWithZero: null) { list.add(path, search) }
    }
    return list
  }
}
