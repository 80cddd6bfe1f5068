/// How long a thread was ready to run and had to wait for a CPU.
enum SchedulerDelay {
  /// Seconds since it was started, of this thread: the second number in `/proc/thread-self/schedstat`,
  /// in nanoseconds; 0 where the kernel does not count them.
  static func seconds() -> Double {
    guard let text = TextFile.read("/proc/thread-self/schedstat") else { return 0 }
    return text.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 / 1e9 } ?? 0
  }
}
