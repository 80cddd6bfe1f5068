/// The kernel's count of processes that it has killed because memory ran out.
struct OutOfMemoryKills {
  private var last: Int?

  /// The count as it is now: `oom_kill` in `/proc/vmstat` (Linux 4.13).
  static func count() -> OutOfMemoryKills {
    OutOfMemoryKills(last: read())
  }

  /// Whether the kernel has killed since the last time this was asked.
  mutating func hasGrown() -> Bool {
    guard let now = Self.read(), let before = last else { return false }
    last = now
    return now > before
  }

  private static func read() -> Int? {
    guard let text = TextFile.read("/proc/vmstat") else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix("oom_kill ") {
      return Int(line.dropFirst("oom_kill ".count))
    }
    return nil
  }
}
