import FramePool
import Glibc
import Synchronization
import SystemPackage

/// A directory for what is not to stay, which nobody else can enter.
struct ScratchDirectory {
  let path: FilePath

  /// Those that are there, for a process that is ended by a signal.
  private static let all = Mutex<Set<FilePath>>([])

  /// Makes it where TMPDIR says, else in `/tmp`.
  ///
  /// - Throws: ``FramePoolError`` of code `outputFailed`.
  init() throws(FramePoolError) {
    let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = "\(place)/vidproc-XXXXXX".utf8CString.map { $0 }
    guard let made = mkdtemp(&template) else {
      throw FramePoolError(
        .outputFailed, "no directory can be made in '\(place)': \(String(cString: strerror(errno)))"
      )
    }
    path = FilePath(platformString: made)
    Self.all.withLock { [path] in _ = $0.insert(path) }
  }

  /// Removes all that are there.
  static func removeAll() {
    for path in all.withLock({ $0 }) { remove(path) }
  }

  /// Removes it with the files in it.
  func remove() {
    Self.remove(path)
    Self.all.withLock { [path] in _ = $0.remove(path) }
  }

  private static func remove(_ path: FilePath) {
    for name in Directory.names(in: path) ?? [] {
      _ = path.appending(name.components).withPlatformString { unlink($0) }
    }
    _ = path.withPlatformString { rmdir($0) }
  }
}
