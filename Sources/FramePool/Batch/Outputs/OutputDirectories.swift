import Glibc
import SystemPackage

/// The directories that outputs go to.
enum OutputDirectories {
  /// Makes them where they are missing, and sees that they can be written to.
  ///
  /// - Parameter outputs: The final paths.
  /// - Returns: Why outputs in a directory cannot be written, by the directory.
  static func prepare(_ outputs: [FilePath]) -> [FilePath: FramePoolError] {
    var failures: [FilePath: FramePoolError] = [:]
    for place in Set(outputs.map(\.directory)) {
      if let reason = make(place) {
        failures[place] = FramePoolError(
          .ofWriting(reason),
          "directory '\(place)' cannot be written to: \(String(cString: strerror(reason)))")
      } else {
        PartDirectories.sweep(place)
      }
    }
    return failures
  }

  /// Bytes that are free for this user on a directory's file system; nil when it does not say.
  static func freeBytes(_ place: FilePath) -> Int64? {
    var status = statvfs()
    guard place.withPlatformString({ statvfs($0, &status) }) == 0 else { return nil }
    return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }

  /// Makes a directory and those above it.
  ///
  /// - Returns: An errno, or nil.
  private static func make(_ place: FilePath) -> CInt? {
    if place.withPlatformString({ mkdir($0, 0o777) }) != 0 {
      switch errno {
      case EEXIST: break
      case ENOENT:
        if let reason = make(place.directory) { return reason }
        if place.withPlatformString({ mkdir($0, 0o777) }) != 0, errno != EEXIST { return errno }
      case let reason: return reason
      }
    }
    var status = stat()
    guard place.withPlatformString({ stat($0, &status) }) == 0 else { return errno }
    guard status.st_mode & S_IFMT == S_IFDIR else { return ENOTDIR }
    return place.withPlatformString({ access($0, W_OK | X_OK) }) == 0 ? nil : errno
  }
}
