import Glibc
import SystemPackage

/// A file's identity, whatever its names: its device and its number there.
struct FileIdentity: Hashable {
  private let device: dev_t
  private let inode: ino_t

  /// The identity of what has that name; nil when nothing has.
  ///
  /// - Parameters:
  ///   - path: The name.
  ///   - followLinks: Whether a link stands for what it leads to, or for itself.
  init?(_ path: FilePath, followLinks: Bool) {
    var status = stat()
    let result = path.withPlatformString {
      followLinks ? stat($0, &status) : lstat($0, &status)
    }
    guard result == 0 else { return nil }
    self.init(status)
  }

  /// The identity of what stat(2) has described.
  init(_ status: stat) {
    (device, inode) = (status.st_dev, status.st_ino)
  }
}
