import CLinux
import Glibc
import SystemPackage

@testable import FramePool

/// A directory that is there for one test and gone after it.
final class TemporaryDirectory: Sendable {
  let path: FilePath

  init() {
    var template = "/tmp/framepool-test-XXXXXX".utf8CString.map { $0 }
    guard let made = mkdtemp(&template) else { fatalError("no temporary directory: \(errno)") }
    path = FilePath(platformString: made)
  }

  deinit {
    Self.remove(path)
  }

  /// Writes a file and gives its path; directories in `name` are made.
  @discardableResult
  func write(_ text: String, to name: String) -> FilePath {
    let file = path.pushing(FilePath(name))
    makeDirectories(above: file)
    let descriptor = file.withPlatformString {
      clinux_open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    }
    precondition(descriptor >= 0, "\(file) cannot be written")
    DescriptorIO.write(text, to: descriptor)
    close(descriptor)
    return file
  }

  /// The names in it, sorted.
  func names() -> [String] {
    (Directory.names(in: path) ?? []).map(\.string).sorted()
  }

  private func makeDirectories(above file: FilePath) {
    var directories: [FilePath] = []
    var directory = file.removingLastComponent()
    while directory != path, !directory.isEmpty {
      directories.append(directory)
      directory.removeLastComponent()
    }
    for directory in directories.reversed() {
      _ = directory.withPlatformString { mkdir($0, 0o755) }
    }
  }

  private static func remove(_ path: FilePath) {
    var status = stat()
    guard path.withPlatformString({ lstat($0, &status) }) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in Directory.names(in: path) ?? [] { remove(path.pushing(name)) }
      _ = path.withPlatformString { rmdir($0) }
    } else {
      _ = path.withPlatformString { unlink($0) }
    }
  }
}
