import Glibc
package import SystemPackage

/// What is in directories.
package enum Directory {
  /// The names in a directory but `.` and `..`, in any bytes and any order; nil with errno set when
  /// it cannot be read.
  package static func names(in path: FilePath) -> [FilePath]? {
    guard let directory = path.withPlatformString({ opendir($0) }) else { return nil }
    defer { closedir(directory) }
    var names: [FilePath] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath(platformString: $0) }
      }
      if name.string != ".", name.string != ".." { names.append(name) }
    }
    return names
  }
}
