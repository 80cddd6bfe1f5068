import CFFmpeg
import Glibc

/// Where FFmpeg's own log lines go: to standard error, bounded, and counted.
///
/// A worker's standard error is a pipe to its host, which keeps the tail of it: so the lines of a
/// worker that crashed are not lost with it. FFmpeg has one log callback per process, hence the
/// one state here; decoder threads log too, hence the lock.
enum FFmpegLog {
  /// What was logged so far.
  struct Counts: Equatable {
    /// Lines of level error or worse that a demuxer or a decoder logged.
    var codingErrors = 0
    /// The first of them.
    var firstCodingError: String?
    /// Whether a decoder said that it lacks a feature of the stream.
    var sawMissingFeature = false
    /// The size of the first picture that was refused for its number of pixels.
    var refusedSize: PixelLimit.Size?
    /// The first line that says that memory, threads or descriptors ran out.
    var firstShortage: String?
    /// The first few lines of level error or worse that are no damage of the input: of encoders,
    /// muxers and filters, and those of ``HarmlessLines``.
    var remarks: [String] = []
  }

  /// Whether a line tells of the machine and not of the file.
  fileprivate static func isShortage(_ line: String) -> Bool {
    func says(_ texts: [String]) -> Bool { texts.contains { line.contains($0) } }
    if says(["Resource temporarily unavailable", "Too many open files", "pthread_create"]) {
      return true
    }
    return Shortage.limitsMemory && says(["Cannot allocate memory", "llocat"])
  }

  private struct State {
    var counts = Counts()
    /// The last few lines of level error, oldest first.
    var errorLines: [String] = []
    var errorLineCount = 0
    var repeats = 0
    var isLastWarningHarmless = false
    /// Whether lines of muxers and encoders are left out.
    var hearsInputOnly = false
    /// A line that FFmpeg has not finished.
    var partialLine = ""
    var bytesLeft = maximumBytes
  }

  /// What one process may write; a hostile file can make a decoder log megabytes.
  private static let maximumBytes = 32 * 1024
  private static let state = Locked(State())

  /// Takes over FFmpeg's log for this process.
  ///
  /// - Parameter verbose: Whether warnings are kept beside errors.
  static func install(verbose: Bool) {
    // A fork begins with what its host has logged.
    state.withLock { $0 = State() }
    av_log_set_level(verbose ? AV_LOG_WARNING : AV_LOG_ERROR)
    av_log_set_callback { context, level, format, arguments in
      guard level <= AV_LOG_WARNING, let format, let arguments else { return }
      if level > av_log_get_level() {
        FFmpegLog.noteMissingFeature(format)
        return
      }
      let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
        // FFmpeg logs some lines in pieces; only the first is given the prefix.
        var printPrefix: CInt = FFmpegLog.state.withLock { $0.partialLine.isEmpty ? 1 : 0 }
        av_log_format_line2(
          context, level, format, arguments, buffer.baseAddress, CInt(buffer.count), &printPrefix)
        return buffer.baseAddress.map { String(cString: $0) } ?? ""
      }
      let line: String? = FFmpegLog.state.withLock { state in
        state.partialLine += text
        guard state.partialLine.last == "\n" || state.partialLine.utf8.count > 4096 else {
          return nil
        }
        defer { state.partialLine = "" }
        return state.partialLine
      }
      if let line {
        FFmpegLog.record(line, level: level, isInput: shim_log_is_input(context) != 0)
      }
    }
  }

  /// What has been logged by demuxers and decoders up to now.
  static func counts() -> Counts {
    state.withLock { $0.counts }
  }

  /// Forgets what was counted since.
  static func restore(_ counts: Counts) {
    state.withLock { $0.counts = counts }
  }

  /// Does something whose complaints are no news, a trial: only those of demuxers and decoders, which
  /// may be at work on other threads, are taken down.
  static func hearingInputOnly<Result>(_ body: () -> Result) -> Result {
    state.withLock { $0.hearsInputOnly = true }
    defer { state.withLock { $0.hearsInputOnly = false } }
    return body()
  }

  /// The last line of level error or worse.
  static func lastErrorLine() -> String? {
    state.withLock { $0.errorLines.last }
  }

  /// How many lines of level error or worse there were.
  static func errorLineCount() -> Int {
    state.withLock { $0.errorLineCount }
  }

  /// The first line of level error or worse after so many; nil when there is none, or it is forgotten.
  static func firstErrorLine(since count: Int) -> String? {
    state.withLock { state in
      let new = state.errorLineCount - count
      return new > 0 && new <= state.errorLines.count ? state.errorLines.suffix(new).first : nil
    }
  }

  /// The last few lines of level error or worse, oldest first.
  static func recentErrorLines() -> [String] {
    state.withLock { $0.errorLines }
  }

  /// avpriv_report_missing_feature warns, where the status of the call may say nothing: with the
  /// feature first, then with a fixed text.
  private static func noteMissingFeature(_ format: UnsafePointer<CChar>) {
    let isVerdict = strstr(format, "is not implemented. Update your FFmpeg") != nil
    state.withLock { state in
      if isVerdict, !state.isLastWarningHarmless { state.counts.sawMissingFeature = true }
      // VP8's upscaling is a hint to whoever shows the picture; decoding goes on without it.
      if !isVerdict { state.isLastWarningHarmless = strcmp(format, "Upscaling") == 0 }
    }
  }

  /// Takes one line in: what the callback does, and what our own code reports in FFmpeg's place.
  ///
  /// - Parameters:
  ///   - raw: The line.
  ///   - level: FFmpeg's.
  ///   - isInput: Whether a demuxer or a decoder says so: only then is it about the file.
  static func record(_ raw: String, level: CInt, isInput: Bool) {
    let line = withoutAddresses(raw)
    guard !line.isEmpty else { return }
    let output: String? = state.withLock { state in
      if state.hearsInputOnly, !isInput { return nil }
      if level <= AV_LOG_ERROR {
        if isInput, !HarmlessLines.contain(line) {
          state.counts.note(line)
        } else {
          state.counts.remark(line)
        }
        if line == state.errorLines.last {
          state.repeats += 1
          return nil
        }
        state.errorLines.append(line)
        state.errorLineCount += 1
        if state.errorLines.count > 8 { state.errorLines.removeFirst() }
      }
      guard state.bytesLeft > 0 else { return nil }
      let repeated = state.repeats > 0 ? "(last line repeated \(state.repeats) times)\n" : ""
      state.repeats = 0
      let text = repeated + line + "\n"
      state.bytesLeft -= text.utf8.count
      return state.bytesLeft > 0 ? text : text + "(further lines are left out)\n"
    }
    if let output { DescriptorIO.write(output, to: STDERR_FILENO) }
  }

  /// FFmpeg's prefix is `[h264 @ 0x55d0c0de] `; the address means nothing to a reader and makes
  /// equal lines differ from run to run.
  static func withoutAddresses(_ line: String) -> String {
    var result = ""
    var rest = line[...]
    while let at = rest.firstRange(of: " @ 0x") {
      result += rest[..<at.lowerBound]
      rest = rest[at.upperBound...].drop { $0.isHexDigit }
    }
    result += rest
    while let last = result.last, last.isWhitespace { result.removeLast() }
    return result
  }
}

extension FFmpegLog.Counts {
  /// Takes down a line of the input's side: a limit of ours, a lack of the machine's, or damage.
  fileprivate mutating func note(_ line: String) {
    if refusedSize == nil { refusedSize = PixelLimit.refusedSize(in: line) }
    if FFmpegLog.isShortage(line) {
      if firstShortage == nil { firstShortage = line }
      return
    }
    codingErrors += 1
    if firstCodingError == nil { firstCodingError = line }
  }

  /// Takes down a line that is no damage, once.
  fileprivate mutating func remark(_ line: String) {
    let line = line.cut(to: 500)
    if remarks.count < 8, !remarks.contains(line) { remarks.append(line) }
  }
}
