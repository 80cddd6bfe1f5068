import CLinux
import Glibc

/// A pipe between a host and a worker, each end to be closed by whoever uses it.
///
/// Neither end blocks, and neither outlives an exec. A worker makes its own ends block.
struct Pipe {
  let readEnd: CInt
  let writeEnd: CInt

  /// Makes a pipe, or gives nil with errno set.
  static func make() -> Pipe? {
    var readEnd: CInt = -1
    var writeEnd: CInt = -1
    guard clinux_pipe(&readEnd, &writeEnd) == 0 else { return nil }
    return Pipe(readEnd: readEnd, writeEnd: writeEnd)
  }

  /// Closes both ends.
  func close() {
    Glibc.close(readEnd)
    Glibc.close(writeEnd)
  }
}
