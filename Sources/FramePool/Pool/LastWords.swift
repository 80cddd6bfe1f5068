/// What a process prints that ends because an allocation failed.
///
/// For a large one, while small ones would succeed: ``WorkerChannel/Kind/noMemory`` says the rest.
enum LastWords {
  /// What the runtimes of Swift and C++ print.
  private static let words = [
    "failed to allocate ", "std::bad_alloc", "Could not allocate memory",
  ]

  /// Whether the last lines of an output say so.
  static func speakOfMemory(_ output: String) -> Bool {
    // Swift's backtrace may follow.
    let lines = output.split(separator: "\n").suffix(60)
    return lines.contains { line in words.contains { line.contains($0) } }
  }
}
