import FramePool
import Glibc
import Synchronization

/// Standard output, unbuffered: a write that fails is remembered, and the program ends with an error
/// whatever else it has done.
enum StandardOutput {
  private static let failed = Mutex<CInt?>(nil)

  /// Why the first write that failed did; nil when all have worked.
  static var failure: FramePoolError? {
    failed.withLock { $0 }.map { reason in
      FramePoolError(
        .outputFailed, "standard output cannot be written: \(String(cString: strerror(reason)))")
    }
  }

  /// Writes a text, unless a write has failed already.
  static func write(_ text: String) {
    failed.withLock { failed in
      guard failed == nil, !text.isEmpty else { return }
      if !DescriptorIO.write(Array(text.utf8), to: STDOUT_FILENO) { failed = errno }
    }
  }

  /// Writes a line.
  static func writeLine(_ text: String) {
    write(text + "\n")
  }
}
