import ArgumentParser
import FramePool

/// Numbers of CPUs as in taskset(1): `0-3,6`.
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
    self.numbers = numbers.sorted()
  }

  /// Sees that all of them may be used.
  ///
  /// - Throws: `ValidationError`.
  func validate() throws {
    let usable = CPUBudget.usable()
    guard let other = numbers.first(where: { !usable.contains($0) }) else { return }
    throw ValidationError(
      "CPU \(other) may not be used; allowed: \(Self.text(usable)).")
  }

  /// Numbers as they are typed: `0-3,6`.
  static func text(_ numbers: [Int32]) -> String {
    var ranges: [ClosedRange<Int32>] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.upperBound == number - 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
