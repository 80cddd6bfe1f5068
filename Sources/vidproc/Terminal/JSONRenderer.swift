import FoundationEssentials
import FramePool

/// One JSON object a line on standard output: for programs.
///
/// Each has `event` and what belongs to it; `finished` carries the file's record as in the report,
/// without the members that are null.
struct JSONRenderer: ProgressRenderer {
  private let names: [String]

  init(names: [String]) {
    self.names = names
  }

  private struct Planned: Encodable {
    var event = "planned"
    var videos: Int
    var jobs: Int
    var threadsPerJob: Int
    var cpus: Int
    var cpuSource: String
  }

  private struct Notice: Encodable {
    var event = "notice"
    var message: String
  }

  private struct Started: Encodable {
    var event = "started"
    var index: Int
    var input: InputPath
    var pid: Int32
    var attempt: Int
  }

  private struct Moved: Encodable {
    var event = "progress"
    var index: Int
    var input: String
    var frames: Int
    var timestamp: Double?
    var duration: Double?
  }

  private struct Finished: Encodable {
    var event = "finished"
    var index: Int
    var file: FileRecord
  }

  private struct Ended: Encodable {
    var event = "ended"
    var wallSeconds: Double
    var totals: Report.Totals
    var explanation: Explanation?
  }

  mutating func take(_ event: BatchEvent) {
    switch event {
    case .planned(let videos, let plan, let budget):
      write(
        Planned(
          videos: videos, jobs: plan.jobs, threadsPerJob: plan.threadsPerJob, cpus: budget.cpus,
          cpuSource: budget.source))
    case .notice(let text): write(Notice(message: text))
    case .started(let index, let path, let pid, let attempt):
      write(Started(index: index, input: InputPath(path), pid: pid, attempt: attempt))
    case .progress(let index, let progress):
      write(
        Moved(
          index: index, input: names[index], frames: progress.frames,
          timestamp: progress.timestamp, duration: progress.duration))
    case .finished(let index, let record):
      write(Finished(index: index, file: record))
    }
  }

  mutating func finish(_ report: Report) {
    write(
      Ended(
        wallSeconds: report.wallSeconds, totals: report.totals,
        explanation: report.explanation))
  }

  private func write(_ event: some Encodable) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let json = try? encoder.encode(event) else { return }
    StandardOutput.writeLine(String(decoding: json, as: UTF8.self))
  }
}
