/// A job as the pool keeps it, without its types.
struct PoolJob: Sendable {
  let id: UInt64
  let task: String
  /// The input, JSON.
  let input: String
  /// Seconds after which the worker is killed.
  let timeout: Double?
  /// How many threads the worker runs at once.
  let threads: Int
  let enqueuedAt: UInt64
  /// Told what happens to the job, on any thread, never under the pool's lock.
  let observer: @Sendable (Event) -> Void
  /// How often a worker was started.
  var attempts = 0
  /// How often a host died under it.
  var hostLosses = 0
  var host: String?
  var pid: Int32?
  var startedAt: UInt64?
  /// Whether nobody wants the result any more.
  var isCancelled = false

  /// What happens to a job; `ended` comes exactly once, and last.
  enum Event: Sendable {
    case started(PoolJob)
    case progress(PoolJob, body: String)
    case part(PoolJob, text: String)
    case ended(PoolJob, Ending)
  }

  /// The end of a job.
  struct Ending: Sendable {
    /// The result, JSON, or why there is none.
    var outcome: Result<String, TaskFailure>
    var usage = TaskUsage.none
    var log = ""
  }

  /// Seconds from handing in to the last start, or to now.
  var queuedSeconds: Double {
    Double((startedAt ?? MonotonicClock.now()) &- enqueuedAt) / 1e9
  }
}
