import CLinux
import FramePool
import Glibc

/// A line per running worker and one for the batch, redrawn in place on a terminal's standard
/// error, and gone at the end.
struct BarRenderer: ProgressRenderer {
  private struct Running {
    var since: ContinuousClock.Instant
    var progress: VideoProgress?
  }

  private let names: [String]
  private let clock = ContinuousClock()
  private let start = ContinuousClock.now
  private var running: [Int: Running] = [:]
  private var finished = 0
  private var failed = 0
  private var frames = 0
  private var total: Int
  private var drawnLines = 0
  private var drawnAt: ContinuousClock.Instant?
  private let size: () -> (columns: Int, rows: Int)

  /// - Parameters:
  ///   - names: The inputs' names, by index.
  ///   - size: The terminal's size; asked at each drawing, for it may change.
  init(names: [String], size: @escaping () -> (columns: Int, rows: Int) = BarRenderer.terminalSize)
  {
    self.names = names
    total = names.count
    self.size = size
  }

  mutating func take(_ event: BatchEvent) {
    switch event {
    case .planned: break
    case .notice(let text): note(text)
    case .started(let index, _, _, _): running[index] = Running(since: clock.now)
    case .progress(let index, let progress): running[index]?.progress = progress
    case .finished(let index, let record):
      running[index] = nil
      finished += 1
      frames = frames.saturatingAdd(record.frames.filtered)
      if record.status != .ok && record.status != .skipped {
        failed += 1
        if record.status != .cancelled, let failure = record.error {
          erase()
          StandardError.write(
            "\(record.status.rawValue): \(Format.printable(failure.message))\n")
        }
      }
    }
    if let drawnAt, clock.now - drawnAt < .milliseconds(100) { return }
    draw()
  }

  mutating func note(_ text: String) {
    erase()
    StandardError.write("vidproc: \(text)\n")
    draw()
  }

  mutating func tick() {
    draw()
  }

  mutating func clear() {
    erase()
  }

  private mutating func erase() {
    StandardError.write(eraser())
    drawnLines = 0
  }

  /// Moves to the first drawn line and clears from there.
  private func eraser() -> String {
    drawnLines > 0 ? "\u{1B}[\(drawnLines)A\r\u{1B}[J" : ""
  }

  private mutating func draw() {
    // A terminal that is behind is not given more: the next drawing shows what this one would.
    guard StandardError.isDrained else { return }
    let size = size()
    let lines = lines(columns: size.columns, rows: size.rows)
    // One write: nothing can come between.
    StandardError.write(eraser() + lines.map { $0 + "\n" }.joined())
    drawnLines = lines.count
    drawnAt = clock.now
  }

  /// The lines as they stand, none wider than the terminal: a line that wraps could not be erased.
  func lines(columns: Int, rows: Int) -> [String] {
    let width = max(20, columns - 1)
    let shown = running.sorted { $0.value.since < $1.value.since }.prefix(max(1, rows - 3))
    var lines = shown.map { index, worker in line(index, worker, width) }
    if running.count > shown.count { lines.append("… and \(running.count - shown.count) more") }
    return lines + [batchLine(width)]
  }

  private func line(_ index: Int, _ worker: Running, _ width: Int) -> String {
    let elapsed = seconds(since: worker.since)
    let done = worker.progress?.frames ?? 0
    let rate = elapsed > 0 ? Double(done) / elapsed : 0
    let facts =
      "\(Format.padded("\(done)", 7, left: true)) frames "
      + "\(Format.padded(Format.fixed(rate, 0), 6, left: true))/s"
    let bar = worker.progress?.fraction.map { Self.bar($0, 16) } ?? Self.bar(nil, 16)
    let nameWidth = max(8, width - 3 - 18 - Format.columns(facts))
    let name = Format.shortened(Format.printable(names[index]), to: nameWidth)
    return Format.shortened("\(Format.padded(name, nameWidth)) \(bar) \(facts)", to: width)
  }

  private func batchLine(_ width: Int) -> String {
    let elapsed = seconds(since: start)
    let seen = running.values.reduce(frames) { $0.saturatingAdd($1.progress?.frames ?? 0) }
    var facts = "\(finished)/\(total) videos"
    if failed > 0 { facts += ", \(failed) not ok" }
    facts += "  \(Format.fixed(elapsed > 0 ? Double(seen) / elapsed : 0, 0)) frames/s"
    let part = running.values.reduce(Double(finished)) { $0 + ($1.progress?.fraction ?? 0) }
    if part > 0.02, part < Double(total) {
      facts += "  about \(Format.seconds(elapsed / part * (Double(total) - part))) left"
    }
    let bar = Self.bar(total > 0 ? part / Double(total) : 1, 16)
    return Format.shortened("\(bar) \(facts)", to: width)
  }

  private func seconds(since instant: ContinuousClock.Instant) -> Double {
    (clock.now - instant) / .seconds(1)
  }

  private static func bar(_ fraction: Double?, _ width: Int) -> String {
    guard let fraction else { return "[" + String(repeating: "·", count: width) + "]" }
    let full = Int(saturating: min(1, max(0, fraction)) * Double(width))
    return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
      + "]"
  }

  /// The size of standard error's terminal; 80 x 24 where it does not say.
  static func terminalSize() -> (columns: Int, rows: Int) {
    var columns: CInt = 0
    var rows: CInt = 0
    guard clinux_terminal_size(STDERR_FILENO, &columns, &rows) == 1, columns > 0, rows > 0 else {
      return (80, 24)
    }
    return (Int(columns), Int(rows))
  }
}
