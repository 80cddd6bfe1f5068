import CFFmpeg

/// What a function of the FFmpeg libraries answered when it failed.
public struct FFmpegError: Error, Hashable, Sendable {
  /// A status as FFmpeg returns it: a negated `errno` or one of the `AVERROR_…` tags.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The negative number that the C function returned.
    public let rawValue: CInt

    /// Takes the number that the C function returned.
    public init(rawValue: CInt) {
      self.rawValue = rawValue
    }

    static let again = Code(rawValue: shim_averror(EAGAIN))
    static let endOfFile = Code(rawValue: shim_averror_eof)
    static let invalidData = Code(rawValue: shim_averror_invaliddata)
    static let decoderNotFound = Code(rawValue: shim_averror_decoder_not_found)
    static let encoderNotFound = Code(rawValue: shim_averror_encoder_not_found)
    static let optionNotFound = Code(rawValue: shim_averror_option_not_found)
    static let noSpace = Code(rawValue: shim_averror(ENOSPC))
    static let quotaExceeded = Code(rawValue: shim_averror(EDQUOT))
    static let patchWelcome = Code(rawValue: shim_averror_patchwelcome)
    static let noMemory = Code(rawValue: shim_averror(ENOMEM))
    static let noFiles = Code(rawValue: shim_averror(EMFILE))
    static let noFilesAtAll = Code(rawValue: shim_averror(ENFILE))
    static let noEntry = Code(rawValue: shim_averror(ENOENT))
    static let accessDenied = Code(rawValue: shim_averror(EACCES))
    static let invalidArgument = Code(rawValue: shim_averror(EINVAL))
    static let notImplemented = Code(rawValue: shim_averror(ENOSYS))
  }

  /// The status.
  public let code: Code
  /// The C function that returned it, for example `avcodec_open2`.
  public let function: String
  /// The last line that FFmpeg logged as an error before, which often says more than the status.
  public let logLine: String?
}

extension FFmpegError.Code {
  /// Whether a write found no room, or no quota.
  var isFullDisk: Bool { self == .noSpace || self == .quotaExceeded }

  /// Whether a muxer refused a packet for what is in it, and may take others.
  var isRefusal: Bool {
    // Muxers have -1 too, which says as much.
    [.invalidArgument, .invalidData, .patchWelcome, .notImplemented].contains(self)
      || rawValue == -1
  }

  /// Whether the machine, or a limit that was set, had no memory, thread or descriptor left: which says
  /// nothing about the file.
  ///
  /// Only of functions that do not ask to be called again by `EAGAIN`.
  var isShortage: Bool { [.noMemory, .again, .noFiles, .noFilesAtAll].contains(self) }

  /// What ran out, and what helps.
  var shortage: String { Shortage.text(-rawValue) }
}

extension FFmpegError: CustomStringConvertible {
  /// The text for messages.
  public var description: String {
    let text = "\(function): \(code)"
    return logLine.map { "\(text); FFmpeg says: \($0)" } ?? text
  }
}

extension FFmpegError.Code: CustomStringConvertible {
  /// FFmpeg's words for the status, from `av_strerror`.
  public var description: String {
    var buffer = [CChar](repeating: 0, count: 128)
    av_strerror(rawValue, &buffer, buffer.count)
    return buffer.withUnsafeBufferPointer { text in
      text.baseAddress.map { String(cString: $0) } ?? ""
    }
  }
}

/// Passes a status of zero or more through and throws the others.
///
/// - Parameters:
///   - status: What the C function returned.
///   - function: The C function's name, for the message.
/// - Returns: The status.
/// - Throws: ``FFmpegError`` for a negative status, with the last logged error line attached.
@discardableResult
func check(_ status: CInt, _ function: StaticString) throws(FFmpegError) -> CInt {
  guard status < 0 else { return status }
  throw FFmpegError(
    code: .init(rawValue: status), function: "\(function)", logLine: FFmpegLog.lastErrorLine())
}

/// Unwraps what an allocating C function returned.
///
/// Out of memory is fatal here, as it is for Swift's own arrays: nothing sensible can go on without
/// the few hundred bytes in question, and a worker that dies fails its own video only.
func allocated<Pointee>(_ pointer: UnsafeMutablePointer<Pointee>?) -> UnsafeMutablePointer<Pointee>
{
  guard let pointer else { fatalError("out of memory") }
  return pointer
}
