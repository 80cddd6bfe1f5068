import Glibc

/// What a host is to tell its parent and has not told yet.
///
/// The pipe to the parent is written without waiting: a parent that does not read keeps its host from
/// nothing but telling.
struct HostOutbox {
  private let descriptor: CInt
  private let flags: CInt
  private var bytes: [UInt8] = []
  private var sent = 0
  /// Since when the oldest of it is held back.
  private(set) var heldSince: UInt64 = 0
  /// Whether the pipe is full: there is nothing to do until it is not.
  private(set) var isBlocked = false
  /// Whether it must not be held back.
  private(set) var isUrgent = false

  /// How long reports are held back at most while there is work to go on with, in nanoseconds.
  ///
  /// Each wakes the parent; where workers last a few milliseconds, one for each would be most of
  /// what the parent does.
  static let holdingTime: UInt64 = 20_000_000

  /// The bytes of reports that are held back at most.
  private static let heldBytes = 64 << 10

  /// How many bytes may wait before the host takes in nothing more that would add to them.
  private static let congestion = 4 << 20

  /// - Parameter descriptor: The pipe to the parent; nothing else has it open.
  init(_ descriptor: CInt) {
    self.descriptor = descriptor
    flags = fcntl(descriptor, F_GETFL)
    // Where this fails, which it has no reason to, writes wait.
    if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
  }

  /// How many bytes wait.
  var count: Int { bytes.count - sent }

  var isEmpty: Bool { count == 0 }

  /// Whether so much waits that no more should be taken in.
  var isCongested: Bool { count > Self.congestion }

  /// Adds a line; false when the parent is gone.
  mutating func append(_ line: [UInt8], isUrgent: Bool = false) -> Bool {
    if isEmpty { heldSince = MonotonicClock.now() }
    bytes += line
    if isUrgent { self.isUrgent = true }
    return count < Self.heldBytes || isBlocked || write()
  }

  /// Writes what the pipe takes; false when the parent is gone.
  mutating func write() -> Bool {
    isBlocked = false
    while !isEmpty {
      switch DescriptorIO.writeSome(bytes[sent...], to: descriptor) {
      case .written(let count): sent += count
      case .full:
        isBlocked = true
        // Moved only when as much goes as is moved.
        if sent > bytes.count / 2 {
          bytes.removeFirst(sent)
          sent = 0
        }
        return true
      case .gone: return false
      }
    }
    bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
    sent = 0
    isUrgent = false
    return true
  }

  /// Writes all of it, for at most so long, and gives the pipe back as it was.
  mutating func finish(seconds: Double) {
    let start = MonotonicClock.now()
    while write(), !isEmpty {
      let left = seconds - MonotonicClock.seconds(since: start)
      guard left > 0 else { break }
      var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      // A failure is for a shortage, which must not become a loop without a pause.
      if poll(&wait, 1, CInt(saturating: left * 1000)) < 0 { usleep(1000) }
    }
    if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags) }
  }
}
