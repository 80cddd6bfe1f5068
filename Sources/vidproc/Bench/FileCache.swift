import Glibc
import SystemPackage

/// What the kernel keeps of files in memory.
enum FileCache {
  /// Lets go of a file, as far as nobody uses it.
  static func drop(_ path: FilePath) {
    guard let file = try? FileDescriptor.open(path, .readOnly) else { return }
    posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_DONTNEED)
    try? file.close()
  }
}
