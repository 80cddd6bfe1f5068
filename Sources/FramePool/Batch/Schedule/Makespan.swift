import HeapModule

/// How long a list of videos takes when each slot takes the next one as it becomes free (Graham
/// 1966), computed instead of tried.
enum Makespan {
  /// From the start of the first video to the end of the last.
  ///
  /// - Parameters:
  ///   - costs: Seconds of each, in the order in which they are started.
  ///   - slots: How many run at once.
  /// - Returns: Seconds.
  static func seconds(_ costs: some Sequence<Double>, slots: Int) -> Double {
    var ends = Heap(repeatElement(0.0, count: max(1, slots)))
    var last = 0.0
    for cost in costs {
      let end = ends.removeMin() + cost
      ends.insert(end)
      last = max(last, end)
    }
    return last
  }
}
