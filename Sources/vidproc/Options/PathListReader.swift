import ArgumentParser
import FramePool
import SystemPackage

/// Lists of paths in a file or on standard input.
enum PathListReader {
  /// Reads all paths; empty lines are left out.
  ///
  /// - Parameters:
  ///   - name: The file, or `-` for standard input.
  ///   - endsWithZero: Whether a path ends with a zero byte rather than with a line's end.
  /// - Returns: The paths.
  /// - Throws: `ValidationError` when the list cannot be read.
  static func read(_ name: String, endsWithZero: Bool) throws -> [FilePath] {
    let bytes: [UInt8]
    do {
      if name == "-" {
        bytes = try readAll(.standardInput)
      } else {
        let file = try FileDescriptor.open(RawArguments.path(name), .readOnly)
        bytes = try file.closeAfter { try readAll(file) }
      }
    } catch {
      throw ValidationError("--files-from \(name) cannot be read: \(error)")
    }
    return bytes.split(separator: endsWithZero ? 0 : 0x0A).compactMap { path($0) }
  }

  static func path(_ bytes: ArraySlice<UInt8>) -> FilePath? {
    // A zero byte cannot be part of a path.
    guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
    return FilePath(bytes: bytes)
  }

  private static func readAll(_ file: FileDescriptor) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }
}
