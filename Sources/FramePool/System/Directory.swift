import CLinux
import Glibc
package import SystemPackage

/// What is in directories.
package enum Directory {
  /// An entry, as far as the directory itself knows.
  package struct Entry {
    /// In any bytes.
    package var name: [CChar]
    /// What it is; unknown to some file systems.
    package var kind: Kind
  }

  /// What an entry is.
  package enum Kind {
    case file
    case directory
    case link
    /// A pipe, a device, a socket.
    case other
    case unknown
  }

  /// The entries of a directory but `.` and `..`, in any order.
  ///
  /// - Parameter path: The directory.
  /// - Returns: The entries that could be read, and the errno of what went wrong; 0 for nothing.
  package static func entries(in path: FilePath) -> (entries: [Entry], reason: CInt) {
    guard let directory = path.withPlatformString({ opendir($0) }) else { return ([], errno) }
    defer { closedir(directory) }
    var entries: [Entry] = []
    while true {
      // Only by it can an error be told from the end.
      errno = 0
      guard let entry = readdir(directory) else { return (entries, errno) }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { start in
          // Byte 0 is a point, and there is nothing behind it but perhaps another.
          let isSelf = start[0] == 0x2E && (start[1] == 0 || start[1] == 0x2E && start[2] == 0)
          return isSelf ? [] : Array(UnsafeBufferPointer(start: start, count: strlen(start) + 1))
        }
      }
      guard !name.isEmpty else { continue }
      entries.append(Entry(name: name, kind: kind(CInt(entry.pointee.d_type))))
    }
  }

  /// The names in a directory but `.` and `..`; nil with errno set when it cannot be read.
  package static func names(in path: FilePath) -> [FilePath]? {
    let (entries, reason) = entries(in: path)
    guard reason == 0 else {
      errno = reason
      return nil
    }
    return entries.map { FilePath(platformString: $0.name) }
  }

  private static func kind(_ type: CInt) -> Kind {
    switch type {
    case CInt(DT_REG): .file
    case CInt(DT_DIR): .directory
    case CInt(DT_LNK): .link
    case CInt(DT_UNKNOWN): .unknown
    default: .other
    }
  }

  /// Makes a directory and those above it, and sees that files can be made in it.
  ///
  /// - Returns: An errno, or nil.
  package static func make(_ place: FilePath) -> CInt? {
    if place.withPlatformString({ mkdir($0, 0o777) }) != 0 {
      switch errno {
      case EEXIST: break
      case ENOENT:
        guard place.directory != place else { return ENOENT }
        if let reason = make(place.directory) { return reason }
        if place.withPlatformString({ mkdir($0, 0o777) }) != 0, errno != EEXIST { return errno }
      case let reason:
        // On a file system that is read-only, or in a place that is somebody else's, it may be there.
        guard place.withPlatformString({ access($0, F_OK) }) == 0 else { return reason }
      }
    }
    var status = stat()
    guard place.withPlatformString({ stat($0, &status) }) == 0 else { return errno }
    guard status.st_mode & S_IFMT == S_IFDIR else { return ENOTDIR }
    return place.withPlatformString({ access($0, W_OK | X_OK) }) == 0 ? nil : errno
  }
}
