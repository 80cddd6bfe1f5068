import CLinux
import Glibc
import SystemPackage

/// A file that is written beside its name, synced and renamed: a name always means a whole file.
///
/// A name that is a link is written through, as is one of a pipe or a device. Until it is whole, the
/// file has no name where the file system allows that, so that nothing is left of it when the process
/// is killed.
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
    let target = path.behindLinks
    if isSpecial(target) { return try writeThrough(path, what, body) }
    let name = target.directory.appending(".vidproc-\(randomWord()).part")
    var isNamed = false
    var descriptor = open(
      target.directory, O_WRONLY | O_CLOEXEC | CInt(clinux_unnamed_file_flag()))
    if descriptor < 0 {
      isNamed = true
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC)
    }
    let file = PartFile(path: path, what: what, descriptor: descriptor)
    guard descriptor >= 0 else { throw file.failure() }
    defer {
      close(descriptor)
      if isNamed { _ = name.withPlatformString { unlink($0) } }
    }
    try body(file)
    guard fsync(descriptor) == 0 else { throw file.failure() }
    if !isNamed {
      let linked = name.withPlatformString {
        linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
      }
      guard linked == 0 else { throw file.failure() }
      isNamed = true
    }
    let renamed = name.withPlatformString { from in target.withPlatformString { rename(from, $0) } }
    guard renamed == 0 else { throw file.failure() }
    isNamed = false
  }

  /// Writes into a pipe or a device.
  private static func writeThrough(
    _ path: FilePath, _ what: String, _ body: (PartFile) throws(FramePoolError) -> Void
  ) throws(FramePoolError) {
    let file = PartFile(path: path, what: what, descriptor: open(path, O_WRONLY | O_CLOEXEC))
    guard file.descriptor >= 0 else { throw file.failure() }
    defer { close(file.descriptor) }
    try body(file)
  }

  /// Sees that the file can be written, and makes the directories that it is to lie in.
  ///
  /// - Throws: ``FramePoolError`` of code `outputFailed` or `diskFull`.
  static func checkPlace(of path: FilePath, what: String) throws(FramePoolError) {
    let target = path.behindLinks
    func failure(_ reason: CInt) -> FramePoolError {
      FramePoolError(
        .ofWriting(reason), "\(what) '\(path)' cannot be written: \(Shortage.text(reason))")
    }
    if isSpecial(target) {
      guard target.withPlatformString({ access($0, W_OK) }) == 0 else { throw failure(errno) }
      return
    }
    if let reason = Directory.make(target.directory) { throw failure(reason) }
    var status = stat()
    if target.withPlatformString({ lstat($0, &status) }) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR { throw failure(EISDIR) }
    } else if errno != ENOENT {
      throw failure(errno)
    }
  }

  /// Whether files can be made in a directory.
  static func isWritable(_ directory: FilePath) -> Bool {
    directory.withPlatformString { access($0, W_OK | X_OK) } == 0
  }

  /// Whether a name is that of a pipe, a device or a socket, which cannot be replaced by a file.
  private static func isSpecial(_ path: FilePath) -> Bool {
    var status = stat()
    guard path.withPlatformString({ stat($0, &status) }) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  private static func open(_ path: FilePath, _ flags: CInt) -> CInt {
    path.withPlatformString { clinux_open($0, flags, 0o644) }
  }

  private static func randomWord() -> String {
    String(UInt64.random(in: 0...UInt64.max), radix: 36)
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
    let reason = errno
    return FramePoolError(
      .ofWriting(reason), "\(what) '\(path)' cannot be written: \(Shortage.text(reason))")
  }
}
