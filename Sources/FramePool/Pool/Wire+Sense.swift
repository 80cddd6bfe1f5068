/// What the other side said, with every number put within its bounds once, where it is decoded: what
/// follows may compute with them.
///
/// Neither side trusts the other to be the program that it should be.
extension Wire {
  /// The most seconds that anything lasts: 31 years.
  static let maximumSeconds = 1e9

  /// The most workers of a host, and the most threads of a worker.
  static let maximumSlots = 1 << 20

  /// The longest message of an error, in bytes.
  private static let maximumMessage = 64 << 10

  /// Seconds from outside: 0 for what is no number or less.
  static func seconds(_ value: Double) -> Double {
    value > 0 ? min(value, maximumSeconds) : 0
  }

  fileprivate static func message(_ text: String) -> String {
    text.utf8.count <= maximumMessage
      ? text : String(decoding: text.utf8.prefix(maximumMessage), as: UTF8.self)
  }

  /// A host's message; nil for a line that is none.
  static func report(_ line: some Collection<UInt8>) -> Report? {
    guard var report = try? decode(Report.self, from: line), report.count == 1 else { return nil }
    report.bound()
    return report
  }

  /// A parent's message; nil for a line that is none.
  static func request(_ line: some Collection<UInt8>) -> Request? {
    guard var request = try? decode(Request.self, from: line), request.count == 1 else {
      return nil
    }
    request.start?.bound()
    return request
  }

  /// What a worker was given; nil for a line that says nothing such.
  static func start(_ line: some Collection<UInt8>) -> Request.Start? {
    guard var start = try? decode(Request.Start.self, from: line) else { return nil }
    start.bound()
    return start
  }
}

/// 1 for a part that a message has: a sum of these needs no array for each message.
@inline(__always)
private func one<Part>(_ part: borrowing Part?) -> Int { part == nil ? 0 : 1 }

extension Wire.Request {
  fileprivate var count: Int {
    one(start) + one(cancel) + one(pause) + one(resume)
  }
}

extension Wire.Request.Start {
  fileprivate mutating func bound() {
    timeout = timeout.map(Wire.seconds)
    slots = max(1, min(slots, Wire.maximumSlots))
    threads = threads.map { max(1, min($0, Wire.maximumSlots)) }
  }
}

extension Wire.Report {
  fileprivate var count: Int {
    one(hello) + one(started) + one(progress) + one(part) + one(ended) + one(paused) + one(failed)
  }

  fileprivate mutating func bound() {
    if let pid = hello?.pid { hello?.pid = max(0, pid) }
    if var started {
      started.pid = max(0, started.pid)
      started.at = Wire.seconds(started.at)
      self.started = started
    }
    if var ended {
      ended.pid = max(0, ended.pid)
      ended.exitCode = ended.exitCode.map { max(0, min($0, 255)) }
      ended.signal = ended.signal.map { max(1, min($0, 127)) }
      ended.usage.bound()
      ended.error?.bound()
      self.ended = ended
    }
    if var failed {
      failed.message = Wire.message(failed.message)
      if let code = failed.code, !FramePoolError.Code.allCases.contains(code) { failed.code = nil }
      self.failed = failed
    }
  }
}

extension Wire.RemoteError {
  /// Workers name a class by a text, and the list of them is closed.
  fileprivate mutating func bound() {
    if !FramePoolError.Code.allCases.contains(code) { code = .internal }
    message = Wire.message(message)
  }
}

extension TaskUsage {
  fileprivate mutating func bound() {
    wallSeconds = Wire.seconds(wallSeconds)
    userSeconds = Wire.seconds(userSeconds)
    systemSeconds = Wire.seconds(systemSeconds)
    // Up to here a number with a fraction has all integers, so JSON has.
    peakMemoryBytes = max(0, min(peakMemoryBytes, 1 << 53))
    readBytes = max(0, min(readBytes, 1 << 53))
  }
}
