public import SystemPackage

/// A file's path across the process border: any bytes, though the wire is JSON.
///
/// Encoded as a string where the bytes are UTF-8, else as an array of the bytes.
public struct InputPath: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The path.
  public var path: FilePath

  /// Takes a path.
  public init(_ path: FilePath) {
    self.path = path
  }

  /// Reads a string or an array of bytes.
  public init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      path = FilePath(text)
      return
    }
    path = FilePath(bytes: try container.decode([UInt8].self))
  }

  /// The path, repaired where it is no UTF-8.
  public var description: String { path.string }

  /// Writes a string or an array of bytes.
  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.singleValueContainer()
    if let text = path.validatedString {
      try container.encode(text)
    } else {
      try container.encode(path.bytes.dropLast().map { UInt8(bitPattern: $0) })
    }
  }
}
