public import SystemPackage

/// One video of a batch.
public struct BatchInput: Hashable, Sendable {
  /// The file as the user named it.
  public var path: FilePath
  /// Its size in bytes; what is largest is started first.
  public var size: Int64
  /// Where it was found below the directory that the user named; empty for a file that was named.
  public var folder = FilePath()
  /// Why it is not worked on: it is missing, or there twice.
  public var obstacle: Obstacle?

  /// Why an input gets a record but no worker.
  public enum Obstacle: Hashable, Sendable {
    /// It cannot be read.
    case failed(FramePoolError.Code, message: String)
    /// There is nothing to do.
    case done(message: String)
    /// It stands in the list already.
    case duplicate(of: FilePath)
  }
}
