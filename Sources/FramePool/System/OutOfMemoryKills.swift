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
    TextFile.number(behind: "oom_kill", in: TextFile.read("/proc/vmstat"))
  }
}
