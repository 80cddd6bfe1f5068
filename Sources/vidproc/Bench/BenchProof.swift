import FramePool

/// What a way has done, for comparing it with what another has.
enum BenchProof {
  /// One video.
  struct Entry: Equatable {
    var frames: Int?
    var checksum: String?
  }

  /// Compares.
  ///
  /// - Parameters:
  ///   - entries: Of the way.
  ///   - first: Of the first way.
  ///   - isExact: Whether its filters promise the very same samples.
  /// - Returns: Whether it is the same work, and what shows that.
  static func compare(
    _ entries: [Entry], with first: [Entry], isExact: Bool
  ) -> (same: Bool?, proof: String) {
    guard entries.count == first.count else {
      return (nil, "it does not say what it did")
    }
    let pairs = Array(zip(entries, first))
    if isExact, pairs.allSatisfy({ $0.checksum != nil && $1.checksum != nil }) {
      let equal = pairs.count { $0.checksum == $1.checksum }
      return (
        equal == pairs.count, "\(equal) of \(Quantity.text(pairs.count, "checksum")) equal"
      )
    }
    guard pairs.allSatisfy({ $0.frames != nil && $1.frames != nil }) else {
      return (nil, "it does not count frames")
    }
    let equal = pairs.count { $0.frames == $1.frames }
    return (
      equal == pairs.count,
      "\(equal) of \(Quantity.text(pairs.count, "frame count")) equal"
        + (isExact ? "" : "; its filters are other ones")
    )
  }
}
