import Glibc
import Subprocess
import SystemPackage

/// Writes files with hostile headers, a folder for each format: `hostile-media DIR [LIMIT]`.
///
/// They are made of a few tiny ones that the `ffmpeg` program makes first. With a limit it writes a
/// sample that is always the same.
@main
enum HostileMedia {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let first = arguments.first else {
      print("usage: hostile-media DIR [LIMIT]")
      exit(64)
    }
    let directory = FilePath(first)
    make(directory)
    let seed = directory.appending("seed")
    var seeds: [[String]: [UInt8]] = [:]
    for format in HostileFormat.allCases {
      for (_, arguments) in format.seeds {
        seeds[arguments] = try await bytes(of: seed, madeWith: arguments)
      }
    }
    _ = seed.withPlatformString { unlink($0) }
    var files = HostileFiles.all { seeds[$0] ?? [] }
    if let limit = arguments.dropFirst().first.flatMap({ Int($0) }) {
      files = HostileFiles.short(of: files, limit: limit)
    }
    for file in files {
      let folder = directory.appending(file.format.rawValue)
      make(folder)
      let path = folder.appending(file.name)
      let descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
      try descriptor.closeAfter { _ = try descriptor.writeAll(file.bytes) }
    }
    print(files.count)
  }

  private static func make(_ directory: FilePath) {
    _ = directory.withPlatformString { mkdir($0, 0o755) }
  }

  /// What `ffmpeg` writes; into a file, since some containers need to go back in it.
  private static func bytes(of path: FilePath, madeWith arguments: [String]) async throws -> [UInt8]
  {
    _ = try await Subprocess.run(
      .name("ffmpeg"),
      arguments: Arguments(["-nostdin", "-v", "error", "-y"] + arguments + [path.string]),
      output: .discarded, error: .discarded)
    let descriptor = try FileDescriptor.open(path, .readOnly)
    return try descriptor.closeAfter {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while case let count = try buffer.withUnsafeMutableBytes({ try descriptor.read(into: $0) }),
        count > 0
      {
        bytes += buffer.prefix(count)
      }
      return bytes
    }
  }
}
