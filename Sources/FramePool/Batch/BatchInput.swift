public import SystemPackage

/// One video of a batch.
public struct BatchInput: Hashable, Sendable {
  /// The file as the user named it.
  public var path: FilePath
  /// Its size in bytes; what is largest is started first.
  public var size: Int64
  /// Why it is not worked on: it is missing, or there twice.
  public var obstacle: Obstacle?

  /// Why an input gets a record but no worker.
  public enum Obstacle: Hashable, Sendable {
    /// It cannot be read.
    case failed(FramePoolError.Code, message: String)
    /// It stands in the list already.
    case duplicate(of: FilePath)
  }
}
