import CLinux

/// A pipe between a host and a worker, each end to be closed by whoever uses it.
struct Pipe {
  /// Does not block.
  let readEnd: CInt
  /// Blocks when the pipe is full.
  let writeEnd: CInt

  /// Makes a pipe, or gives nil with errno set.
  ///
  /// Neither end outlives an exec.
  static func make() -> Pipe? {
    var readEnd: CInt = -1
    var writeEnd: CInt = -1
    guard clinux_pipe(&readEnd, &writeEnd) == 0 else { return nil }
    return Pipe(readEnd: readEnd, writeEnd: writeEnd)
  }
}
