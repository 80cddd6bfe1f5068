import Glibc
public import SystemPackage

/// What a batch writes beside its outputs: reports, records, a trace.
///
/// None of them is another, an output or an input.
public struct Destinations: Sendable {
  private var flags: [FilePath: String] = [:]
  private var identities: [FileIdentity: String] = [:]

  /// None.
  public init() {}

  /// Adds one.
  ///
  /// - Parameters:
  ///   - path: Where it goes.
  ///   - flag: What asked for it, for messages.
  /// - Throws: ``FramePoolError`` of code `refused` when another goes there.
  public mutating func add(_ path: FilePath, _ flag: String) throws(FramePoolError) {
    if let other = self.flag(of: path) {
      throw FramePoolError(
        .refused,
        other == flag
          ? "\(flag) '\(path)' is given twice"
          : "\(flag) and \(other) would both write '\(path)'; give them names of their own")
    }
    flags[path.place] = flag
    if let identity = FileIdentity(path, followLinks: true) { identities[identity] = flag }
  }

  /// Sees that none is an input.
  ///
  /// - Throws: ``FramePoolError`` of code `refused`.
  public func check(against inputs: [BatchInput]) throws(FramePoolError) {
    guard !identities.isEmpty else { return }
    for input in inputs {
      guard let identity = FileIdentity(input.path, followLinks: true),
        let flag = identities[identity]
      else { continue }
      throw FramePoolError(
        .refused,
        "\(flag) would write over the input '\(input.path)'; sources are never written to")
    }
  }

  /// What goes to a path; nil for nothing.
  func flag(of path: FilePath) -> String? {
    if let flag = flags[path.place] { return flag }
    return FileIdentity(path, followLinks: true).flatMap { identities[$0] }
  }

  /// What goes to a stream that this process has open, such as standard output; nil for nothing, and
  /// for devices such as terminals, which any number may write to.
  public func flag(ofDescriptor descriptor: Int32) -> String? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFCHR else { return nil }
    return identities[FileIdentity(status)]
  }
}
