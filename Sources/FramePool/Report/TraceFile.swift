public import SystemPackage

/// A batch's time line in the trace event format that Chrome's `about:tracing` and Perfetto open.
///
/// A process is a host, a thread one of its slots, a slice a video. Within it stand its stages, each
/// as long as it was in all: a stage's many short times are put together.
public struct TraceFile: Sendable {
  /// Where it goes.
  public let path: FilePath

  /// Prepares to write.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` for an extension other than `.json`,
  ///   `outputFailed` when the directory is missing or cannot be written to.
  public init(_ path: FilePath) throws(FramePoolError) {
    guard path.extension?.lowercased() == "json" else {
      throw FramePoolError(.refused, "trace file '\(path)' must end in .json")
    }
    self.path = path
    try PartFile.checkPlace(of: path, what: "trace")
  }

  /// Writes the trace; a file that was there before is replaced by the whole new one or not at all.
  ///
  /// - Throws: ``FramePoolError`` of code `outputFailed` or `diskFull`.
  public func write(_ report: Report) throws(FramePoolError) {
    try PartFile.write(path, what: "trace") { file throws(FramePoolError) in
      try Self.write(report) { text throws(FramePoolError) in try file.write(text) }
    }
  }

  /// One event; times are in microseconds.
  private struct Event: Encodable {
    struct Arguments: Encodable {
      var name: String?
      var input: InputPath?
      var status: String?
      var frames: Int?
      var threads: Int?
      var error: String?
    }

    var name: String
    /// `X` is a slice, `M` says what something is called.
    var ph: String
    var ts: Double?
    var dur: Double?
    var pid: Int
    var tid: Int
    var args: Arguments?
  }

  static func write(
    _ report: Report, _ write: (String) throws(FramePoolError) -> Void
  ) throws(FramePoolError) {
    try write("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n")
    var isFirst = true
    func put(_ event: Event) throws(FramePoolError) {
      try write((isFirst ? "" : ",\n") + ReportJSON.text(event))
      isFirst = false
    }
    var hosts: [String: (number: Int, lanes: [Double])] = [:]
    let started = report.files.filter { $0.seconds.start != nil }
      .sorted { ($0.seconds.start ?? 0) < ($1.seconds.start ?? 0) }
    for file in started {
      guard let start = file.seconds.start else { continue }
      let name = file.host ?? "local"
      var host = hosts[name] ?? (hosts.count + 1, [])
      if host.lanes.isEmpty {
        try put(
          Event(
            name: "process_name", ph: "M", pid: host.number, tid: 0, args: .init(name: name)))
      }
      let lane: Int
      if let free = host.lanes.firstIndex(where: { $0 <= start }) {
        lane = free
      } else if hosts.count == 1, host.lanes.count >= report.plan.jobs,
        let first = host.lanes.indices.min(by: { host.lanes[$0] < host.lanes[$1] })
      {
        // A worker that has given its result is followed at once, and its end takes a moment yet.
        lane = first
      } else {
        lane = host.lanes.count
        host.lanes.append(0)
        try put(
          Event(
            name: "thread_name", ph: "M", pid: host.number, tid: lane + 1,
            args: .init(name: "worker \(lane + 1)")))
      }
      host.lanes[lane] = start + file.seconds.wall
      hosts[name] = host
      for event in slices(of: file, from: start, host.number, lane + 1) { try put(event) }
    }
    try write("\n]}\n")
  }

  private static func slices(
    of file: FileRecord, from start: Double, _ process: Int, _ lane: Int
  ) -> [Event] {
    let seconds = file.seconds
    var events = [
      Event(
        name: file.input.path.lastComponent?.string ?? "", ph: "X", ts: start * 1e6,
        dur: seconds.wall * 1e6, pid: process, tid: lane,
        args: .init(
          input: file.input, status: file.status.rawValue, frames: file.frames.decoded,
          threads: file.threads, error: file.error?.message))
    ]
    // Stages that run at the same time take together longer than the video.
    let sum = seconds.stages.reduce(0) { $0 + $1.seconds }
    let scale = min(1, seconds.wall / max(sum, .leastNonzeroMagnitude))
    var time = start
    for (name, length) in seconds.stages where length > 0 {
      events.append(
        Event(
          name: name, ph: "X", ts: time * 1e6, dur: length * scale * 1e6, pid: process, tid: lane))
      time += length * scale
    }
    return events
  }
}
