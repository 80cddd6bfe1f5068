/// What a worker says, looked at once where the parent decodes it.
///
/// A hostile file may have taken the worker over: numbers must be such that sums of them mean something,
/// texts must not be longer than anybody reads, and what stands for something else must have its form.
enum WorkerClaims {
  /// A claim that no honest worker makes.
  struct Absurdity: Error, CustomStringConvertible {
    let what: String

    var description: String { "\(what) cannot be" }
  }

  /// More than there is of anything; and every such number is exact as a floating-point number too.
  static let most = 1 << 53

  /// The longest text, in bytes.
  static let longestText = 8 << 10

  /// The longest list of texts.
  static let longestList = 1000

  /// Sees that a count is one.
  static func check(_ number: Int?, _ what: String) throws(Absurdity) {
    guard let number, !(0...most).contains(number) else { return }
    throw Absurdity(what: "\(what) of \(number)")
  }

  /// Sees that a number of seconds, or of frames in one, is one.
  static func check(_ number: Double?, _ what: String, isSigned: Bool = false) throws(Absurdity) {
    guard let number, !number.isFinite || !isSigned && number < 0 else { return }
    throw Absurdity(what: "\(what) of \(number)")
  }

  /// Cuts what is too long.
  static func cut(_ text: inout String) { text = text.cut(to: longestText) }

  /// Cuts what is too long.
  static func cut(_ text: inout String?) { text = text?.cut(to: longestText) }

  /// Cuts what is too long, and too many.
  static func cut(_ texts: inout [String]) {
    texts = texts.prefix(longestList).map { $0.cut(to: longestText) }
  }
}

extension VideoRecord {
  /// The record, when it can be one.
  ///
  /// - Throws: ``WorkerClaims/Absurdity``.
  func checked() throws(WorkerClaims.Absurdity) -> VideoRecord {
    var record = self
    for (count, what) in [
      (frames.decoded, "decoded frames"), (frames.sampled, "sampled frames"),
      (frames.filtered, "filtered frames"), (frames.written, "written frames"),
      (frames.decodeErrors, "decode errors"), (stream?.index, "a stream number"),
      (stream?.width, "a width"), (stream?.height, "a height"),
    ] { try WorkerClaims.check(count, what) }
    for time in [
      seconds.ready, seconds.demux, seconds.decode, seconds.filter, seconds.encode, seconds.mux,
      seconds.checksum, seconds.verify,
    ] { try WorkerClaims.check(time, "seconds") }
    try WorkerClaims.check(stream?.frameRate, "a frame rate")
    try WorkerClaims.check(stream?.duration, "a duration", isSigned: true)
    try WorkerClaims.check(startOffset, "a timestamp", isSigned: true)
    try WorkerClaims.check(lastTimestamp, "a timestamp", isSigned: true)
    if let checksum, !Self.isChecksum(checksum) {
      throw WorkerClaims.Absurdity(what: "the checksum '\(checksum.cut(to: 64))'")
    }
    if let failure, !FramePoolError.Code.allCases.contains(failure.kind) {
      throw WorkerClaims.Absurdity(what: "the error class '\(failure.kind.rawValue.cut(to: 64))'")
    }
    if var stream {
      WorkerClaims.cut(&stream.codec)
      WorkerClaims.cut(&stream.pixelFormat)
      stream.rotation = ((stream.rotation % 360) + 360) % 360
      record.stream = stream
    }
    if var failure {
      WorkerClaims.cut(&failure.message)
      record.failure = failure
    }
    WorkerClaims.cut(&record.formats)
    WorkerClaims.cut(&record.conversions)
    WorkerClaims.cut(&record.notes)
    WorkerClaims.cut(&record.losses)
    WorkerClaims.cut(&record.sandbox)
    record.thumbnails = thumbnails.prefix(2).filter(Self.isPicture)
    record.measurements = Array(measurements.prefix(WorkerClaims.longestList))
    return record
  }

  private static func isChecksum(_ text: String) -> Bool {
    let digits = text.utf8.dropFirst(4)
    return text.hasPrefix("md5:") && digits.count == 32
      && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// Whether a text can be a small picture in base64.
  private static func isPicture(_ text: String) -> Bool {
    text.utf8.count <= 256 << 10
      && text.utf8.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F, 0x3D: true
        default: false
        }
      }
  }
}

extension VideoProgress {
  /// The report, when it can be one.
  func checked() -> VideoProgress? {
    guard (0...WorkerClaims.most).contains(frames), timestamp?.isFinite ?? true,
      duration?.isFinite ?? true
    else { return nil }
    return self
  }
}

extension OutputPlan {
  /// The plan, when it can be one.
  ///
  /// - Throws: ``WorkerClaims/Absurdity``.
  func checked() throws(WorkerClaims.Absurdity) -> OutputPlan {
    var plan = self
    try WorkerClaims.check(width, "a width")
    try WorkerClaims.check(height, "a height")
    try WorkerClaims.check(Int(clamping: expectedBytes), "a size")
    try WorkerClaims.check(expectedFrames, "a number of frames", isSigned: true)
    try WorkerClaims.check(duration, "a duration", isSigned: true)
    guard !container.isEmpty, container.utf8.count <= 64,
      fileExtension.utf8.allSatisfy({ $0 != 0x2F && $0 >= 0x20 }), fileExtension.utf8.count <= 64
    else { throw WorkerClaims.Absurdity(what: "the container '\(container.cut(to: 64))'") }
    WorkerClaims.cut(&plan.encoder)
    WorkerClaims.cut(&plan.pixelFormat)
    WorkerClaims.cut(&plan.losses)
    plan.streams = Array(streams.prefix(WorkerClaims.longestList))
    // What a file claims is for guesses at costs and room only.
    plan.expectedFrames = expectedFrames.map { max(0, $0) }
    return plan
  }
}
