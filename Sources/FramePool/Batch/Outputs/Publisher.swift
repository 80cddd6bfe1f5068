import CLinux
import Glibc
import SystemPackage

/// Gives a written and verified file its final name.
enum Publisher {
  /// Syncs the file, or all in a directory, renames it and syncs the directory that it lies in.
  ///
  /// - Parameters:
  ///   - part: The file, beside its place.
  ///   - output: The final path.
  ///   - isDirectory: Whether it is a directory of files.
  ///   - replaces: Whether what has that name may be replaced.
  ///   - source: The input whose time of modification it gets; nil for none.
  /// - Returns: The size in bytes; nil when the name has been taken since it was planned.
  /// - Throws: ``FramePoolError`` of code `outputFailed` or `diskFull`.
  static func publish(
    _ part: FilePath, as output: FilePath, isDirectory: Bool, replaces: Bool,
    timesOf source: FilePath?
  ) throws(FramePoolError) -> Int64? {
    let size =
      isDirectory
      ? try syncFiles(in: part, output, timesOf: source)
      : try sync(part, output, timesOf: source)
    guard try rename(part, to: output, isDirectory: isDirectory, replaces: replaces) else {
      return nil
    }
    let directory = output.directory.withPlatformString {
      clinux_open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    }
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
    return size
  }

  /// Lets what is written reach the disk.
  ///
  /// - Returns: The size in bytes.
  private static func sync(
    _ part: FilePath, _ output: FilePath, timesOf source: FilePath?
  ) throws(FramePoolError) -> Int64 {
    let descriptor = part.withPlatformString { clinux_open($0, O_RDONLY | O_CLOEXEC, 0) }
    guard descriptor >= 0 else { throw failure("opened", output) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read", output) }
    let size = Int64(status.st_size)
    if let source, source.withPlatformString({ stat($0, &status) }) == 0 {
      let times = [status.st_atim, status.st_mtim]
      guard futimens(descriptor, times) == 0 else { throw failure("dated", output) }
    }
    guard fsync(descriptor) == 0 else { throw failure("written", output) }
    return size
  }

  /// Lets a directory of files reach the disk, all at once: one by one would be a wait for each.
  ///
  /// - Returns: The sum of their sizes in bytes.
  private static func syncFiles(
    in part: FilePath, _ output: FilePath, timesOf source: FilePath?
  ) throws(FramePoolError) -> Int64 {
    guard let names = Directory.names(in: part) else { throw failure("read", output) }
    var size: Int64 = 0
    for name in names {
      let path = part.pushing(name)
      var status = stat()
      guard path.withPlatformString({ lstat($0, &status) }) == 0 else {
        throw failure("read", output)
      }
      size = size.saturatingAdd(Int64(status.st_size))
      guard let source, source.withPlatformString({ stat($0, &status) }) == 0 else { continue }
      let times = [status.st_atim, status.st_mtim]
      let dated = path.withPlatformString { utimensat(AT_FDCWD, $0, times, 0) }
      guard dated == 0 else { throw failure("dated", output) }
    }
    let descriptor = part.withPlatformString {
      clinux_open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    }
    guard descriptor >= 0 else { throw failure("opened", output) }
    defer { close(descriptor) }
    guard clinux_sync_file_system(descriptor) == 0 else { throw failure("written", output) }
    if source != nil { _ = try sync(part, output, timesOf: source) }
    return size
  }

  /// - Returns: Whether the name was free, or could be replaced.
  private static func rename(
    _ part: FilePath, to output: FilePath, isDirectory: Bool, replaces: Bool
  ) throws(FramePoolError) -> Bool {
    let result = part.withPlatformString { from in
      output.withPlatformString { to in
        if replaces {
          // A directory that is not empty cannot be replaced, but two can change places.
          if isDirectory, access(to, F_OK) == 0 { return clinux_rename_exchange(from, to) }
          return Glibc.rename(from, to)
        }
        // The name was free when it was planned, and is taken only if it still is.
        let result = clinux_rename_new(from, to)
        guard result != 0, errno == EINVAL || errno == ENOSYS else { return result }
        // Not every file system can do that in one step.
        guard access(to, F_OK) != 0 else {
          errno = EEXIST
          return -1
        }
        return Glibc.rename(from, to)
      }
    }
    if result != 0, errno == EEXIST, !replaces { return false }
    guard result == 0 else { throw failure("named", output) }
    return true
  }

  private static func failure(_ what: String, _ output: FilePath) -> FramePoolError {
    FramePoolError(
      .ofWriting(),
      "output '\(output)' cannot be \(what): \(String(cString: strerror(errno)))")
  }
}
