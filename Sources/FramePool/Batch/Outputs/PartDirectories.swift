import CLinux
import Glibc
import Synchronization
import SystemPackage

/// The private directories beside the outputs, in which they are written before they get their
/// names.
///
/// Each is called `.vidproc-` and a random word and `.part`, is locked by the process that made it
/// (`flock(2)` on the directory), and is gone when no output in it is under way. What a killed
/// process leaves is found by its missing lock and swept away by the next run in the same place.
final class PartDirectories: Sendable {
  private struct Place {
    var path: FilePath
    var lock: CInt
    var users: Int
  }

  private let directories = Mutex<[FilePath: Place]>([:])

  private static let prefix = ".vidproc-"
  private static let suffix = ".part"

  deinit {
    directories.withLock { directories in
      for directory in directories.values { Self.remove(directory.path, lock: directory.lock) }
    }
  }

  /// A name for a file that will become `output`.
  ///
  /// - Parameters:
  ///   - output: The final path; its directory is there.
  ///   - name: Different for each output of the batch.
  /// - Returns: A path on the same file system.
  /// - Throws: ``FramePoolError`` of code `outputFailed` or `diskFull`.
  func part(for output: FilePath, name: String) throws(FramePoolError) -> FilePath {
    let place = output.directory
    let made: Result<FilePath, FramePoolError> = directories.withLock { directories in
      if let directory = directories[place] {
        directories[place]?.users = directory.users + 1
        return .success(directory.path)
      }
      guard let directory = Self.make(in: place) else {
        return .failure(
          FramePoolError(
            .ofWriting(),
            "nothing can be written beside '\(output)': \(String(cString: strerror(errno)))"))
      }
      directories[place] = directory
      return .success(directory.path)
    }
    return try made.get().appending(name)
  }

  /// Removes what is left of a part; the last one takes the directory along.
  ///
  /// - Parameters:
  ///   - part: As ``part(for:name:)`` gave it.
  ///   - output: The final path.
  func release(_ part: FilePath, of output: FilePath) {
    Self.removeEntry(part)
    let place = output.directory
    directories.withLock { directories in
      guard var directory = directories[place] else { return }
      directory.users -= 1
      directories[place] = directory.users > 0 ? directory : nil
      if directory.users <= 0 { Self.remove(directory.path, lock: directory.lock) }
    }
  }

  /// Removes what killed processes have left in a directory.
  static func sweep(_ place: FilePath) {
    for name in Directory.names(in: place) ?? [] where isOurs(name.string) {
      let path = place.pushing(name)
      let lock = path.withPlatformString {
        clinux_open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
      }
      guard lock >= 0 else { continue }
      if flock(lock, LOCK_EX | LOCK_NB) == 0 { remove(path, lock: lock) } else { close(lock) }
    }
  }

  private static func isOurs(_ name: String) -> Bool {
    name.hasPrefix(prefix) && name.hasSuffix(suffix)
  }

  private static func make(in place: FilePath) -> Place? {
    for _ in 0..<100 {
      let word = String(UInt64.random(in: 0...UInt64.max), radix: 36)
      let path = place.appending(prefix + word + suffix)
      guard path.withPlatformString({ mkdir($0, 0o700) }) == 0 else {
        if errno == EEXIST { continue }
        return nil
      }
      let lock = path.withPlatformString {
        clinux_open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
      }
      guard lock >= 0 else { return nil }
      // A sweeper may have come between; file systems without such locks have no sweepers either.
      _ = flock(lock, LOCK_EX)
      var status = stat()
      if fstat(lock, &status) == 0, status.st_nlink > 0 {
        return Place(path: path, lock: lock, users: 1)
      }
      close(lock)
    }
    errno = EEXIST
    return nil
  }

  private static func remove(_ path: FilePath, lock: CInt) {
    for name in Directory.names(in: path) ?? [] { removeEntry(path.pushing(name)) }
    _ = path.withPlatformString { rmdir($0) }
    close(lock)
  }

  /// Removes a part: a file, or a directory of pictures.
  private static func removeEntry(_ path: FilePath) {
    guard path.withPlatformString({ unlink($0) }) != 0, errno == EISDIR else { return }
    for name in Directory.names(in: path) ?? [] {
      _ = path.pushing(name).withPlatformString { unlink($0) }
    }
    _ = path.withPlatformString { rmdir($0) }
  }
}
