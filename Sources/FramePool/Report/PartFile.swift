import CLinux
import Glibc
import SystemPackage

/// A file that is written beside its name, synced and renamed: a name always means a whole file.
struct PartFile {
  private let path: FilePath
  /// What it is, for messages.
  private let what: String
  private let descriptor: CInt

  /// Writes a file; one that was there before is replaced by the whole new one or not at all.
  ///
  /// - Parameters:
  ///   - path: The final name.
  ///   - what: What it is, for messages.
  ///   - body: Writes.
  /// - Throws: ``FramePoolError`` of code `outputFailed` or `diskFull`, and what `body` throws.
  static func write(
    _ path: FilePath, what: String, _ body: (PartFile) throws(FramePoolError) -> Void
  ) throws(FramePoolError) {
    let part = FilePath("\(path).\(getpid()).part")
    let descriptor = part.withPlatformString {
      clinux_open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    }
    let file = PartFile(path: path, what: what, descriptor: descriptor)
    guard descriptor >= 0 else { throw file.failure() }
    var isWhole = false
    defer {
      close(descriptor)
      if !isWhole { _ = part.withPlatformString { unlink($0) } }
    }
    try body(file)
    guard fsync(descriptor) == 0 else { throw file.failure() }
    let renamed = part.withPlatformString { from in path.withPlatformString { rename(from, $0) } }
    guard renamed == 0 else { throw file.failure() }
    isWhole = true
  }

  /// Sees that the directory is there and can be written to.
  ///
  /// - Throws: ``FramePoolError`` of code `outputFailed`.
  static func checkPlace(of path: FilePath, what: String) throws(FramePoolError) {
    guard isWritable(path.directory) else {
      throw FramePoolError(
        .outputFailed, "\(what) '\(path)' cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  /// Whether files can be made in a directory.
  static func isWritable(_ directory: FilePath) -> Bool {
    directory.withPlatformString { access($0, W_OK | X_OK) } == 0
  }

  /// Appends text.
  func write(_ text: String) throws(FramePoolError) {
    try write(Array(text.utf8))
  }

  /// Appends bytes.
  func write(_ bytes: [UInt8]) throws(FramePoolError) {
    guard DescriptorIO.write(bytes, to: descriptor) else { throw failure() }
  }

  private func failure() -> FramePoolError {
    FramePoolError(
      .ofWriting(),
      "\(what) '\(path)' cannot be written: \(String(cString: strerror(errno)))")
  }
}
