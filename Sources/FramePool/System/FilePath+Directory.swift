import CLinux
import Glibc
import SystemPackage

extension FilePath {
  /// The directory that it lies in: `.` for a bare name.
  var directory: FilePath {
    let directory = removingLastComponent()
    return directory.isEmpty ? FilePath(".") : directory
  }

  /// Where a link leads to, over several links too; the path itself when it is none.
  ///
  /// What a link names need not be there.
  var behindLinks: FilePath {
    var path = self
    // As many as the kernel follows.
    for _ in 0..<40 {
      guard let next = path.link else { return path }
      path = next.isAbsolute ? next : path.directory.pushing(next)
    }
    return self
  }

  /// What a link says; nil for what is no link.
  private var link: FilePath? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = withPlatformString { readlink($0, &buffer, buffer.count - 1) }
    guard count > 0 else { return nil }
    // `/proc/self/fd/1` says `pipe:[4026]`, which is no name of a file.
    let target = FilePath(platformString: buffer)
    let isThere = withPlatformString { access($0, F_OK) } == 0
    return !isThere || target.isNameOf(self) ? target : nil
  }

  /// Whether the path, as a link `other` says it, leads to what the link leads to.
  private func isNameOf(_ other: FilePath) -> Bool {
    let full = isAbsolute ? self : other.directory.pushing(self)
    return FileIdentity(full, followLinks: true) == FileIdentity(other, followLinks: true)
  }

  /// The path from the root, its directory's links followed where it is there: equal for two names of
  /// one place.
  var place: FilePath {
    let target = behindLinks
    guard let real = target.directory.withPlatformString({ realpath($0, nil) }) else {
      guard target.isRelative, let current = getcwd(nil, 0) else {
        return target.lexicallyNormalized()
      }
      defer { free(current) }
      return FilePath(platformString: current).pushing(target).lexicallyNormalized()
    }
    defer { free(real) }
    guard let name = target.lastComponent else { return FilePath(platformString: real) }
    return FilePath(platformString: real).appending(name)
  }
}
