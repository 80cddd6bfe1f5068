import FramePool
import Synchronization

/// Shows how far a batch has come: takes events from any thread and lets one renderer write.
final class Progress: Sendable {
  private struct State {
    var renderer: any ProgressRenderer
    /// Whether the batch is over; a late event or tick must not draw again.
    var isOver = false
  }

  private let state: Mutex<State>

  /// - Parameter renderer: Does the writing.
  init(_ renderer: sending any ProgressRenderer) {
    state = Mutex(State(renderer: renderer))
  }

  static func renderer(
    for style: ProgressStyle, names: [String], isVerbose: Bool
  ) -> sending any ProgressRenderer {
    switch style {
    case .bar, .auto: BarRenderer(names: names)
    case .plain: PlainRenderer(total: names.count, isVerbose: isVerbose)
    case .json: JSONRenderer(names: names)
    case .none: SilentRenderer()
    }
  }

  /// Takes an event in.
  func take(_ event: BatchEvent) {
    state.withLock { if !$0.isOver { $0.renderer.take(event) } }
  }

  /// Tells the user something without disturbing the display.
  func note(_ text: String) {
    state.withLock { $0.renderer.note(text) }
  }

  /// Runs the batch and keeps the display moving while nothing happens in it.
  func during<Result: Sendable>(
    _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    try await StandardError.whileWriting { try await showing(body) }
  }

  private func showing<Result: Sendable>(
    _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        while !Task.isCancelled {
          try? await Task.sleep(for: .milliseconds(200))
          self.state.withLock { if !$0.isOver { $0.renderer.tick() } }
        }
      }
      defer {
        group.cancelAll()
        state.withLock { state in
          state.isOver = true
          state.renderer.clear()
        }
      }
      return try await body()
    }
  }

  /// Tells the end.
  func finish(_ report: Report) {
    state.withLock { $0.renderer.finish(report) }
  }
}

/// A way to show progress.
///
/// Called under one lock, so that nothing is interleaved.
protocol ProgressRenderer {
  /// Something happened.
  mutating func take(_ event: BatchEvent)
  /// Something is to be told.
  mutating func note(_ text: String)
  /// Some time has passed.
  mutating func tick()
  /// The display goes.
  mutating func clear()
  /// The batch is over.
  mutating func finish(_ report: Report)
}

extension ProgressRenderer {
  mutating func note(_ text: String) {
    StandardError.write("vidproc: \(text)\n")
  }
  mutating func tick() {}
  mutating func clear() {}
  mutating func finish(_ report: Report) {}
}

/// Shows nothing.
struct SilentRenderer: ProgressRenderer {
  mutating func take(_ event: BatchEvent) {}
}
