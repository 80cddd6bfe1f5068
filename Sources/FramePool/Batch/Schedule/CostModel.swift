/// What videos cost, learnt from those of the batch that are done: seconds for a byte.
///
/// A size alone says little: of two clips of a megabyte, one can take ten times as long. But those
/// of one kind are alike: in a folder of recordings from one camera every byte costs the same.
/// So each kind has a rate of its own, which begins as that of all videos and becomes its own with
/// every one that is done.
struct CostModel {
  /// Videos that are probably alike: the folder and the extension of their names.
  struct Kind: Hashable {
    var folder: String
    var suffix: String
  }

  private struct Sum {
    var seconds = 0.0
    var bytes = 0.0
    var count = 0.0

    mutating func add(_ seconds: Double, _ bytes: Double) {
      self.seconds += seconds
      self.bytes += bytes
      count += 1
    }

    /// Seconds for a byte, with one video of the usual size added that costs what `rate` says.
    func rate(startingAt rate: Double) -> Double {
      guard count > 0, bytes > 0 else { return rate }
      let usual = bytes / count
      return (seconds + rate * usual) / (bytes + usual)
    }
  }

  private var all = Sum()
  private var suffixes: [String: Sum] = [:]
  private var kinds: [Kind: Sum] = [:]

  /// Before anything is known: an H.264 video of the usual quality takes some 100 ms for a megabyte.
  private static let firstGuess = 1e-7

  /// Takes down what a video took.
  ///
  /// - Parameters:
  ///   - seconds: Of CPU time.
  ///   - size: In bytes.
  ///   - kind: Its kind.
  mutating func learn(_ seconds: Double, size: Int64, of kind: Kind) {
    guard seconds > 0, size > 0 else { return }
    all.add(seconds, Double(size))
    suffixes[kind.suffix, default: Sum()].add(seconds, Double(size))
    kinds[kind, default: Sum()].add(seconds, Double(size))
  }

  /// Seconds of CPU time for a byte.
  func rate(of kind: Kind) -> Double {
    let general = all.count > 0 ? all.seconds / max(all.bytes, 1) : Self.firstGuess
    let suffix = suffixes[kind.suffix]?.rate(startingAt: general) ?? general
    return kinds[kind]?.rate(startingAt: suffix) ?? suffix
  }
}
