import Glibc
public import SystemPackage

/// The videos of a batch, found from what the user named: files, and directories of them.
public struct InputList: Sendable {
  /// In the order they were named; a directory's in the order of their names.
  public private(set) var inputs: [BatchInput] = []
  /// What the user should know: files that were left out.
  public private(set) var notices: [String] = []

  private var positions: [FilePath: Int] = [:]
  /// Where outputs go.
  private var leftOut: FileIdentity?

  /// An empty list.
  public init() {}

  /// Leaves a directory out where others are searched.
  ///
  /// The outputs of one run are no inputs of the next. A directory that is not there yet has nothing
  /// in it.
  public mutating func leaveOut(_ directory: FilePath) {
    leftOut = FileIdentity(directory, followLinks: true)
  }

  /// Adds a file, or the videos of a directory, by its name.
  public mutating func add(_ name: String, recursive: Bool = false) {
    add(FilePath(name), recursive: recursive)
  }

  /// Adds a file, or the videos of a directory.
  ///
  /// What is missing, unreadable or there already is added too, with its obstacle: nothing is left
  /// out in silence. In a directory, files are taken by the extension of their name; whether they
  /// are videos is found out by opening them.
  ///
  /// - Parameters:
  ///   - path: As the user named it.
  ///   - recursive: Whether a directory's directories are searched too.
  public mutating func add(_ path: FilePath, recursive: Bool) {
    add(path, recursive: recursive, folder: FilePath())
  }

  private mutating func add(_ path: FilePath, recursive: Bool, folder: FilePath) {
    var status = stat()
    guard path.withPlatformString({ stat($0, &status) }) == 0 else {
      let code: FramePoolError.Code = errno == ENOENT || errno == ENOTDIR ? .notFound : .unreadable
      let reason = String(cString: strerror(errno))
      append(path, size: 0, .failed(code, message: "\(path): \(reason)"))
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      let before = inputs.count
      addDirectory(path, recursive: recursive, folder: FilePath())
      if inputs.count == before { notices.append("\(path): no videos in it") }
    case S_IFREG: addFile(path, size: Int64(status.st_size), folder: folder)
    default:
      append(
        path, size: 0, .failed(.unreadable, message: "\(path) is neither a file nor a directory"))
    }
  }

  private mutating func addFile(_ path: FilePath, size: Int64, folder: FilePath) {
    guard path.withPlatformString({ access($0, R_OK) }) == 0 else {
      append(
        path, size: size,
        .failed(.unreadable, message: "\(path): \(String(cString: strerror(errno)))"))
      return
    }
    append(path, size: size, nil, folder: folder)
  }

  private mutating func append(
    _ path: FilePath, size: Int64, _ obstacle: BatchInput.Obstacle?, folder: FilePath = FilePath()
  ) {
    let key = Self.absolute(path)
    var obstacle = obstacle
    if let first = positions[key] {
      obstacle = .duplicate(of: inputs[first].path)
    } else {
      positions[key] = inputs.count
    }
    inputs.append(BatchInput(path: path, size: size, folder: folder, obstacle: obstacle))
  }

  private mutating func addDirectory(_ path: FilePath, recursive: Bool, folder: FilePath) {
    guard let names = Self.names(in: path) else {
      append(
        path, size: 0, .failed(.unreadable, message: "\(path): \(String(cString: strerror(errno)))")
      )
      return
    }
    var others = 0
    for name in names {
      let entry = path.appending(name)
      var status = stat()
      guard entry.withPlatformString({ lstat($0, &status) }) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        // Links to directories are not followed: they may lead back up.
        if let leftOut, FileIdentity(entry, followLinks: true) == leftOut {
          notices.append("\(entry) is where outputs go; it is not searched")
        } else if recursive {
          addDirectory(entry, recursive: true, folder: folder.appending(name))
        }
      } else if MediaExtensions.contains(entry.extension ?? "") {
        add(entry, recursive: false, folder: folder)
      } else {
        others += 1
      }
    }
    if others > 0 {
      notices.append(
        "\(path): \(Quantity.text(others, "file")) without a video's file name extension left out")
    }
  }

  /// The visible names in a directory, sorted by their bytes; nil with errno set.
  private static func names(in path: FilePath) -> [FilePath.Component]? {
    guard let names = Directory.names(in: path) else { return nil }
    return names.filter { !$0.string.hasPrefix(".") }
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
      .compactMap(\.lastComponent)
  }

  /// The absolute path without `.` and `..`, which tells equal names apart from different ones.
  ///
  /// Links are not followed: two links to one file are two inputs.
  private static func absolute(_ path: FilePath) -> FilePath {
    guard path.isRelative else { return path.lexicallyNormalized() }
    guard let current = getcwd(nil, 0) else { return path.lexicallyNormalized() }
    defer { free(current) }
    return FilePath(platformString: current).pushing(path).lexicallyNormalized()
  }
}
