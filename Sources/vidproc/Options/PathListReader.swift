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
    guard let paths = paths(bytes, endsWithZero: endsWithZero) else {
      throw ValidationError(
        "--files-from \(name) is no list of names, one a line, in UTF-8 or any bytes without zeros; "
          + "for names that end with a zero byte, add --null.")
    }
    return paths
  }

  /// The paths in a list; nil where a line has a zero byte, which no path has.
  ///
  /// Lists from Windows may begin with a byte order mark, and their lines end with two characters.
  static func paths(_ bytes: [UInt8], endsWithZero: Bool) -> [FilePath]? {
    if endsWithZero { return bytes.split(separator: 0).map { FilePath(bytes: $0) } }
    guard !bytes.contains(0) else { return nil }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0).split(separator: 0x0A)
      .map { $0.last == 0x0D ? $0.dropLast() : $0 }
      .filter { !$0.isEmpty }.map { FilePath(bytes: $0) }
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
