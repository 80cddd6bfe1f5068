/// A host as the pool keeps it.
struct HostState {
  let host: PoolHost
  /// How many jobs it has.
  var used = 0
  /// Lines to the host; nil while it is not connected.
  var outbox: AsyncStream<[UInt8]>.Continuation?
  var isReady = false
  /// How often in a row its process ended without a hello.
  var failedStarts = 0
  /// How often in a row its process ended with a hello and without having done a job.
  var barrenLives = 0
  var isGivenUp = false
  var hello: Wire.Report.Hello?
  /// When the hello came.
  var helloAt: UInt64 = 0
  /// How long a worker has lasted lately, in seconds; nil before the first has ended.
  var usualSeconds: Double?
  /// The job that it has to itself, because hosts have died under it.
  var suspect: UInt64?
  /// Which request to pause it has answered.
  var pausedNumber: UInt64?

  init(_ host: PoolHost) {
    self.host = host
  }

  /// How many jobs it is given beyond those that can run, so that a slot need not wait for the
  /// parent between two of them.
  ///
  /// As many as last some 50 ms. Where workers last longer than 100 ms, the wait is nothing, and
  /// the later it is decided what a slot does next, the more is known.
  var ahead: Int {
    guard let usualSeconds, usualSeconds < 0.1 else { return 0 }
    let each = Int(saturating: (0.05 / max(usualSeconds, 0.001)).rounded(.up))
    return host.slots.saturatingMultiply(min(16, each))
  }

  /// How many jobs it is given at once.
  var limit: Int { host.slots.saturatingAdd(ahead) }

  mutating func note(_ seconds: Double) {
    usualSeconds = usualSeconds.map { $0 + (seconds - $0) / 8 } ?? seconds
  }

  /// Tells it something, if it is there.
  func tell(_ request: Wire.Request) {
    outbox?.yield(Wire.line(request))
  }
}
