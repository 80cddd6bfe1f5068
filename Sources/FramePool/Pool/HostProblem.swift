import Subprocess
import SystemPackage

/// Why a host's process ended, or must end.
struct HostProblem: Sendable {
  /// In words.
  var text: String
  /// The class, where there is a better one than that the host is lost.
  var code: FramePoolError.Code?

  init(_ text: String, _ code: FramePoolError.Code? = nil) {
    self.text = text
    self.code = code
  }

  /// Why a command could not be started.
  init(_ command: String, _ error: any Error) {
    let number = (error as? SubprocessError)?.underlyingError?.rawValue
    if let shortage = number.flatMap({ Shortage.process.error(ifShort: $0) }) {
      self.init("\(command): \(shortage)", shortage.code)
    } else {
      self.init("\(command): \(error)")
    }
  }
}
