import FramePool
import SystemPackage

/// The programs that were built with the tests.
enum Products {
  /// The directory of this test program and its neighbours.
  static let directory = FilePath(Executable.path).removingLastComponent()

  /// The command line tool.
  static let vidproc = directory.appending("vidproc").string

  /// The host of the pool's tests.
  static let poolTestHost = directory.appending("pool-test-host").string
}
