public import SystemPackage

/// A picture on disk: written beside its name and renamed when it is whole.
public struct PictureFile: Sendable {
  private let path: FilePath

  /// Prepares to write.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` for a name that does not end in `.png`,
  ///   `outputFailed` when the directory is missing or cannot be written to.
  public init(_ path: FilePath) throws(FramePoolError) {
    guard path.extension?.lowercased() == "png" else {
      throw FramePoolError(.refused, "picture '\(path)' must end in .png")
    }
    try PartFile.checkPlace(of: path, what: "picture")
    self.path = path
  }

  /// Writes the picture; a file that was there before is replaced by the whole new one or not at
  /// all.
  ///
  /// - Throws: ``FramePoolError`` of code `outputFailed` or `diskFull`.
  public func write(_ bytes: some Sequence<UInt8>) throws(FramePoolError) {
    let bytes = Array(bytes)
    try PartFile.write(path, what: "picture") { file throws(FramePoolError) in
      try file.write(bytes)
    }
  }
}
