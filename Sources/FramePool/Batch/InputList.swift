import Glibc
public import SystemPackage

/// The videos of a batch, found from what the user named: files, and directories of them.
public struct InputList: Sendable {
  /// How directories are searched.
  public struct Search: Hashable, Sendable {
    /// Whether a directory's directories are searched too.
    public var isRecursive: Bool
    /// Whether links to directories are followed, each directory once.
    public var followsLinks: Bool

    /// Makes the settings.
    public init(isRecursive: Bool = false, followsLinks: Bool = false) {
      self.isRecursive = isRecursive
      self.followsLinks = followsLinks
    }
  }

  /// In the order they were named; a directory's in the order of their names.
  public private(set) var inputs: [BatchInput] = []
  /// What the user should know: files that were left out.
  public private(set) var notices: [String] = []

  /// The inputs by their absolute paths.
  private var positions: [PathKey: Int] = [:]
  private let currentDirectory = InputList.currentDirectory()
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
  public mutating func add(_ name: String, _ search: Search = Search()) {
    add(FilePath(name), search)
  }

  /// Adds a file, or the videos of a directory.
  ///
  /// What is missing, unreadable or there already is added too, with its obstacle: nothing is left
  /// out in silence. In a directory, files are taken by the extension of their name; whether they
  /// are videos is found out by opening them.
  ///
  /// - Parameters:
  ///   - path: As the user named it.
  ///   - search: How a directory is searched.
  public mutating func add(_ path: FilePath, _ search: Search = Search()) {
    var status = stat()
    guard path.withPlatformString({ stat($0, &status) }) == 0 else {
      return append(path, failingFor: errno)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return addFile(path, status) }
    let before = inputs.count
    var tally = Tally()
    searchDirectory(path, search, &tally)
    notices += tally.notices(of: path, hasVideos: inputs.count > before)
  }

  /// Adds what is no directory; found in one that the user named, or named itself.
  private mutating func addFile(
    _ path: FilePath, _ status: stat, folder: FilePath = FilePath(), key: PathKey? = nil
  ) {
    let size = Int64(status.st_size)
    guard status.st_mode & S_IFMT == S_IFREG else {
      return append(
        path, size: 0, .failed(.unreadable, message: "\(path) is not a regular file"), folder,
        key)
    }
    guard path.withPlatformString({ access($0, R_OK) }) == 0 else {
      return append(path, failingFor: errno, folder, key)
    }
    append(path, size: size, nil, folder, key)
  }

  private mutating func append(
    _ path: FilePath, failingFor reason: CInt, _ folder: FilePath = FilePath(),
    _ key: PathKey? = nil
  ) {
    let code: FramePoolError.Code =
      switch reason {
      case ENOENT, ENOTDIR: .notFound
      case ENOMEM, EMFILE, ENFILE: .outOfMemory
      default: .unreadable
      }
    append(
      path, size: 0, .failed(code, message: "\(path): \(Shortage.text(reason))"), folder, key)
  }

  private mutating func append(
    _ path: FilePath, size: Int64, _ obstacle: BatchInput.Obstacle?, _ folder: FilePath,
    _ key: PathKey?
  ) {
    let key = key ?? PathKey(absolute(path))
    var obstacle = obstacle
    if let first = positions[key] {
      obstacle = .duplicate(of: inputs[first].path)
    } else {
      positions[key] = inputs.count
    }
    inputs.append(BatchInput(path: path, size: size, folder: folder, obstacle: obstacle))
  }

  // MARK: - Searching

  /// A directory that is being searched, and what is left of it.
  private struct Level {
    var path: FilePath
    /// The absolute path.
    var key: PathKey
    /// Its place below the one that the user named.
    var folder: FilePath
    /// Sorted by their bytes, the first one last.
    var entries: [Directory.Entry]
  }

  /// Searches a directory, and those in it where that is wanted.
  ///
  /// By a stack of its own: a tree may be deeper than a thread's stack lasts.
  private mutating func searchDirectory(
    _ path: FilePath, _ search: Search, _ tally: inout Tally
  ) {
    // Links, and mounts of a directory within itself, may lead back up.
    var seen: Set<FileIdentity> = []
    if let identity = FileIdentity(path, followLinks: true) { seen.insert(identity) }
    var levels = [open(path, PathKey(absolute(path)), FilePath(), &tally)]
    while let top = levels.indices.last {
      guard let entry = levels[top].entries.popLast() else {
        levels.removeLast()
        continue
      }
      let entryPath = levels[top].path.appending(bytes: entry.name)
      guard let isDirectory = isDirectory(entry, entryPath, search, &tally) else { continue }
      if isDirectory {
        let folder = levels[top].folder.appending(bytes: entry.name)
        if let identity = FileIdentity(entryPath, followLinks: true) {
          if identity == leftOut {
            notices.append("\(entryPath) is where outputs go; it is not searched")
            continue
          }
          if search.isRecursive, !seen.insert(identity).inserted { continue }
        }
        tally.directories += 1
        if search.isRecursive {
          let key = levels[top].key.appending(entry.name)
          levels.append(open(entryPath, key, folder, &tally))
        }
      } else if MediaExtensions.contains(nameOf: entry.name) {
        var status = stat()
        if entryPath.withPlatformString({ stat($0, &status) }) == 0 {
          addFile(
            entryPath, status, folder: levels[top].folder,
            key: levels[top].key.appending(entry.name))
        } else {
          append(entryPath, failingFor: errno, levels[top].folder)
        }
      } else {
        tally.others += 1
      }
    }
  }

  /// Whether an entry is a directory, a link to one that is to be followed included; nil for one that
  /// is passed over.
  private func isDirectory(
    _ entry: Directory.Entry, _ path: FilePath, _ search: Search, _ tally: inout Tally
  ) -> Bool? {
    switch entry.kind {
    case .file, .other: return false
    case .directory: return true
    case .unknown, .link: break
    }
    var status = stat()
    if entry.kind == .unknown {
      // What cannot be looked at is told of as a file, by whoever opens it.
      guard path.withPlatformString({ lstat($0, &status) }) == 0 else { return false }
      if status.st_mode & S_IFMT != S_IFLNK { return status.st_mode & S_IFMT == S_IFDIR }
    }
    guard path.withPlatformString({ stat($0, &status) }) == 0,
      status.st_mode & S_IFMT == S_IFDIR
    else { return false }
    if search.followsLinks { return true }
    tally.links += 1
    return nil
  }

  /// Reads a directory; what went wrong with that has a record.
  private mutating func open(
    _ path: FilePath, _ key: PathKey, _ folder: FilePath, _ tally: inout Tally
  ) -> Level {
    var (entries, reason) = Directory.entries(in: path)
    if reason != 0 { append(path, failingFor: reason, folder) }
    let count = entries.count
    entries.removeAll { $0.name[0] == 0x2E }
    tally.hidden += count - entries.count
    entries.sort { !$0.name.lexicographicallyPrecedes($1.name) }
    return Level(path: path, key: key, folder: folder, entries: entries)
  }

  /// What was left out of a search.
  private struct Tally {
    var others = 0
    var hidden = 0
    var links = 0
    var directories = 0

    func notices(of path: FilePath, hasVideos: Bool) -> [String] {
      var notices: [String] = []
      if !hasVideos {
        notices.append(
          directories > 0
            ? "\(path) has no videos; it has \(Quantity.text(directories, "directory")): add --recursive"
            : "\(path) has no videos")
      }
      let parts = [
        (others, "file", " without a video's file name extension"),
        (hidden, "hidden file", ""), (links, "link", " to directories (--follow follows them)"),
      ]
      for (count, thing, which) in parts where count > 0 {
        notices.append("\(path): \(Quantity.text(count, thing))\(which) left out")
      }
      return notices
    }
  }

  /// The absolute path without `.` and `..`, which tells equal names apart from different ones.
  ///
  /// Links are not followed: two links to one file are two inputs.
  private func absolute(_ path: FilePath) -> FilePath {
    guard path.isRelative, let currentDirectory else { return path.lexicallyNormalized() }
    return currentDirectory.pushing(path).lexicallyNormalized()
  }

  private static func currentDirectory() -> FilePath? {
    guard let current = getcwd(nil, 0) else { return nil }
    defer { free(current) }
    return FilePath(platformString: current)
  }
}
