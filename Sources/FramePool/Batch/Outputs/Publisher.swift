import CLinux
import Glibc
import SystemPackage

/// Gives a written and verified file its final name.
enum Publisher {
  /// Syncs the file, renames it and syncs the directory.
  ///
  /// - Parameters:
  ///   - part: The file, beside its place.
  ///   - output: The final path.
  ///   - replaces: Whether a file of that name may be replaced.
  ///   - source: The input whose time of modification it gets; nil for none.
  /// - Returns: The file's size in bytes.
  /// - Throws: ``FramePoolError`` of code `outputFailed` or `diskFull`.
  static func publish(
    _ part: FilePath, as output: FilePath, replaces: Bool, timesOf source: FilePath?
  ) throws(FramePoolError) -> Int64 {
    func failure(_ what: String) -> FramePoolError {
      FramePoolError(
        errno == ENOSPC || errno == EDQUOT ? .diskFull : .outputFailed,
        "output '\(output)' cannot be \(what): \(String(cString: strerror(errno)))")
    }
    let descriptor = part.withPlatformString { clinux_open($0, O_RDWR | O_CLOEXEC, 0) }
    guard descriptor >= 0 else { throw failure("opened") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read") }
    let size = Int64(status.st_size)
    if let source, source.withPlatformString({ stat($0, &status) }) == 0 {
      let times = [status.st_atim, status.st_mtim]
      guard futimens(descriptor, times) == 0 else { throw failure("dated") }
    }
    guard fsync(descriptor) == 0 else { throw failure("written") }
    let isRenamed = part.withPlatformString { from in
      output.withPlatformString { to in
        if replaces { return rename(from, to) }
        // The name was free when it was planned, and is taken only if it still is.
        let result = clinux_rename_new(from, to)
        guard result != 0, errno == EINVAL || errno == ENOSYS else { return result }
        // Not every file system can do that in one step.
        guard access(to, F_OK) != 0 else {
          errno = EEXIST
          return -1
        }
        return rename(from, to)
      }
    }
    guard isRenamed == 0 else { throw failure("named") }
    let place = output.removingLastComponent()
    let directory = (place.isEmpty ? FilePath(".") : place).withPlatformString {
      clinux_open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    }
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
    return size
  }
}
