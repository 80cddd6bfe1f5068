import CFFmpeg
import SystemPackage

extension FramePoolError {
  /// The error for a video that cannot be read without a key.
  init(encrypted path: FilePath) {
    self.init(.unsupported, "\(path) is encrypted")
  }

  /// The error for a file that FFmpeg's `file` protocol could not open or read.
  init(opening path: FilePath, status: CInt) {
    switch FFmpegError.Code(rawValue: status) {
    case .noEntry:
      self.init(.notFound, "\(path) does not exist")
    case .accessDenied:
      self.init(.unreadable, "\(path) cannot be read: permission denied")
    case let code where code.isShortage:
      self.init(.outOfMemory, "\(path) cannot be opened: \(code.shortage)")
    case let code:
      self.init(.unreadable, "\(path) cannot be read: \(code)")
    }
  }
}
