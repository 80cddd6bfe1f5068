/// Threads that share the rows of a picture: each does a band of them.
///
/// The threads are started when they are first needed, and end with the team.
package final class RowTeam {
  /// How many work on a picture, the caller's thread with them.
  package let count: Int
  private let shared = Shared()
  private var threads: [WorkerThread] = []
  private var isStarted = false

  /// What the threads share, all of it under `monitor`.
  ///
  /// @unchecked Sendable for that reason.
  private final class Shared: @unchecked Sendable {
    let monitor = Monitor()
    var work: ((Int) -> Void)?
    /// Counts the calls; a thread does each once.
    var round = 0
    var busy = 0
    var isOver = false
  }

  /// A band that is smaller costs more to hand over than to do.
  private static let minimumRows = 32

  /// A team; no thread is started yet.
  package init(count: Int) {
    self.count = max(1, count)
  }

  deinit {
    shared.monitor.sync {
      shared.isOver = true
      shared.monitor.wakeAll()
    }
    for thread in threads { thread.join() }
  }

  /// Whether rows are done at the same time: then a target must not be the source where neighbours
  /// are looked at.
  package var isParallel: Bool { count > 1 && WorkerThread.areAllowed }

  /// Calls `body` for bands of rows that together are all of them, at the same time, and returns
  /// when all are done.
  ///
  /// - Parameters:
  ///   - height: Rows.
  ///   - body: Called with the band's number, less than ``count``, and its rows; bands begin at even
  ///     rows.
  package func forEachBand(of height: Int, _ body: (_ band: Int, _ rows: Range<Int>) -> Void) {
    let bands = max(1, min(count, height / Self.minimumRows))
    func rows(_ band: Int) -> Range<Int> {
      func edge(_ number: Int) -> Int {
        number == bands ? height : height * number / bands / 2 * 2
      }
      return edge(band)..<edge(band + 1)
    }
    start()
    // A system that has no threads left has one, this one.
    guard bands > 1, threads.count == count - 1 else { return body(0, 0..<height) }
    withoutActuallyEscaping(body) { body in
      let work: (Int) -> Void = { band in if band < bands { body(band, rows(band)) } }
      begin(work)
      body(0, rows(0))
      shared.monitor.sync {
        shared.monitor.wait { shared.busy == 0 }
        shared.work = nil
      }
    }
  }

  private func begin(_ work: @escaping (Int) -> Void) {
    shared.monitor.sync {
      shared.work = work
      shared.round += 1
      shared.busy = threads.count
      shared.monitor.wakeAll()
    }
  }

  private func start() {
    guard isParallel, !isStarted else { return }
    isStarted = true
    for band in 1..<count {
      let shared = shared
      guard let thread = WorkerThread("vp:rows", { Self.serve(shared, band) }) else { return }
      threads.append(thread)
    }
  }

  private static func serve(_ shared: Shared, _ band: Int) {
    var round = 0
    while true {
      let isOver = shared.monitor.sync {
        shared.monitor.wait { shared.round > round || shared.isOver }
        round = shared.round
        return shared.isOver
      }
      if isOver { return }
      // Not copied: when the last one says that it is done, nobody may hold it any more. It does not
      // change while anyone is busy.
      shared.work?(band)
      shared.monitor.sync {
        shared.busy -= 1
        if shared.busy == 0 { shared.monitor.wakeAll() }
      }
    }
  }
}
