import CLinux
import Glibc
package import SystemPackage

/// Plain reads and writes on descriptors, for code that must not wait on anything else.
package enum DescriptorIO {
  /// Writes all bytes, waiting as long as it takes.
  ///
  /// - Returns: Whether it worked; false when the other end is gone.
  @discardableResult
  package static func write(_ bytes: some Collection<UInt8>, to descriptor: CInt) -> Bool {
    let done: Bool? = bytes.withContiguousStorageIfAvailable { buffer in
      var rest = UnsafeRawBufferPointer(buffer)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0 {
          if errno == EINTR { continue }
          guard errno == EAGAIN else { return false }
          var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          // A failure is for a shortage, which must not become a loop without a pause.
          if poll(&wait, 1, -1) < 0 { usleep(1000) }
          continue
        }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
      return true
    }
    return done ?? write(Array(bytes), to: descriptor)
  }

  /// What a write did.
  enum Writing {
    case written(Int)
    /// The other end has to read first.
    case full
    case gone
  }

  /// Writes as much as can be written at once, to a descriptor that does not block.
  static func writeSome(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) -> Writing {
    while true {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return .written(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .full : .gone
    }
  }

  /// Has reads and writes wait, or not; false with errno set when that cannot be.
  static func setBlocking(_ blocks: Bool, _ descriptor: CInt) -> Bool {
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0 else { return false }
    return fcntl(descriptor, F_SETFL, blocks ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) >= 0
  }

  /// Creates a file with these bytes.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - bytes: All that is in it.
  ///   - replaces: Whether one that is there is cut to the bytes.
  /// - Returns: Whether it worked; where it did not, errno says why.
  package static func create(_ path: FilePath, _ bytes: [UInt8], replaces: Bool = true) -> Bool {
    let descriptor = path.withPlatformString {
      clinux_open($0, O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? O_TRUNC : O_EXCL), 0o666)
    }
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return write(bytes, to: descriptor)
  }

  /// Writes a text, as ``write(_:to:)-bytes``.
  @discardableResult
  static func write(_ text: String, to descriptor: CInt) -> Bool {
    write(Array(text.utf8), to: descriptor)
  }

  /// What a read gave.
  enum Reading {
    case bytes([UInt8])
    case nothingYet
    case ended
  }

  /// Reads what is there, at most `limit` bytes.
  static func read(_ descriptor: CInt, limit: Int = 1 << 16) -> Reading {
    while true {
      var count = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
        count = Glibc.read(descriptor, buffer.baseAddress, limit)
        initialized = max(count, 0)
      }
      if count > 0 { return .bytes(bytes) }
      if count == 0 { return .ended }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .nothingYet : .ended
    }
  }
}
