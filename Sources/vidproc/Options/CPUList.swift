import ArgumentParser
import FramePool

/// Numbers of CPUs as in taskset(1): `0-3,6`, all of them usable.
struct CPUList: ExpressibleByArgument {
  let numbers: [Int32]

  init?(argument: String) {
    var numbers: Set<Int32> = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first >= 0, first <= last, last < 8192
      else { return nil }
      numbers.formUnion(first...last)
    }
    guard numbers.isSubset(of: CPUBudget.usable()) else { return nil }
    self.numbers = numbers.sorted()
  }
}
