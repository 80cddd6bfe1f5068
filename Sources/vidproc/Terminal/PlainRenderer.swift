import FramePool
import SystemPackage

/// One line per finished video on standard error: for pipes and logs.
struct PlainRenderer: ProgressRenderer {
  private let total: Int
  private let isVerbose: Bool
  private var finished = 0

  init(total: Int, isVerbose: Bool) {
    self.total = total
    self.isVerbose = isVerbose
  }

  mutating func take(_ event: BatchEvent) {
    switch event {
    case .planned(_, let plan, _): write(plan.reason)
    case .notice(let text): note(text)
    case .started(_, let path, let pid, let attempt):
      if isVerbose || attempt > 1 {
        write("start \(path.string), worker \(pid)" + (attempt > 1 ? ", attempt \(attempt)" : ""))
      }
    case .progress: break
    case .finished(_, let record):
      finished += 1
      var line = "[\(finished)/\(total)] \(record.status.rawValue) \(record.input.path.string)"
      if record.seconds.wall > 0 {
        line += ": \(record.frames.filtered) frames in \(Format.seconds(record.seconds.wall))"
        line += ", \(Format.fixed(record.framesPerSecond, 1)) frames/s"
      }
      for note in record.notes { line += ", \(note)" }
      if let failure = record.error { line += ": \(failure.kind.rawValue)" }
      write(line)
    }
  }

  private func write(_ text: String) {
    StandardError.write("\(Format.printable(text))\n")
  }
}
