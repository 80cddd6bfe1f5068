import SystemPackage

extension FramePoolError {
  /// The error for a video of which `--strict` lets nothing be lost.
  ///
  /// - Parameters:
  ///   - losses: In words.
  ///   - path: The input.
  ///   - isForeseen: Whether nothing has been written yet.
  init(strictlyRefusing losses: [String], of path: FilePath, isForeseen: Bool) {
    self.init(
      .outputFailed,
      "\(path): --strict, and this \(isForeseen ? "would be" : "was") lost: "
        + losses.joined(separator: "; "))
  }
}
