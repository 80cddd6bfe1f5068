/// How the CPUs of a machine are divided among workers of which some have more threads than one.
///
/// A video that will probably outlast the others is opened with threads for the CPUs that they will
/// leave, long before they do: a codec's threads cannot be added later. Until then it is kept on its
/// share of the CPUs, so that its threads take nothing from the others.
enum CPUShares {
  /// Divides.
  ///
  /// Everyone gets one CPU, and what is left goes round, to those who have threads for it, the
  /// first ones first. So the shares add up to no more than there are CPUs, as long as there are no
  /// more workers than CPUs.
  ///
  /// - Parameters:
  ///   - cpus: How many there are.
  ///   - threads: How many each worker runs at once.
  /// - Returns: CPUs for each.
  static func divide(_ cpus: Int, among threads: [Int]) -> [Int] {
    var shares = threads.map { _ in 1 }
    var left = cpus - threads.count
    while left > 0 {
      var isTaken = false
      for index in threads.indices where shares[index] < threads[index] && left > 0 {
        shares[index] += 1
        left -= 1
        isTaken = true
      }
      if !isTaken { break }
    }
    return shares
  }

  /// The CPUs that each worker is kept on; nil for all of them.
  ///
  /// One of a single thread can take no more than a CPU wherever it is, and one that has them all to
  /// itself needs no keeping.
  ///
  /// - Parameters:
  ///   - cpus: The numbers of the CPUs.
  ///   - limit: How many of them may be busy at once.
  ///   - threads: How many each worker runs at once.
  /// - Returns: Numbers of CPUs for each, apart from each other's.
  static func places(_ cpus: [Int32], limit: Int, threads: [Int]) -> [[Int32]?] {
    let shares = divide(min(limit, cpus.count), among: threads)
    var rest = cpus[...]
    return zip(threads, shares).map { threads, share in
      guard threads > 1, share < cpus.count, rest.count >= share else { return nil }
      defer { rest = rest.dropLast(share) }
      return Array(rest.suffix(share))
    }
  }
}
