import Glibc

extension FramePoolError.Code {
  /// The class of a write that failed: ``diskFull`` where there is no room, or no quota.
  ///
  /// - Parameter reason: The `errno`.
  /// - Returns: The class.
  static func ofWriting(_ reason: CInt = errno) -> FramePoolError.Code {
    reason == ENOSPC || reason == EDQUOT ? .diskFull : .outputFailed
  }
}
