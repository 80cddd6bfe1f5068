/// Which byte of a number comes first.
enum ByteOrder {
  case big
  case little

  /// The low `width` bytes of a number, in this order.
  func bytes(_ number: UInt64, width: Int) -> [UInt8] {
    let little = (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> (8 * $0)) : 0 }
    return self == .little ? little : little.reversed()
  }

  /// The number in some bytes.
  func number(_ bytes: some Collection<UInt8>) -> Int {
    let ordered = self == .big ? Array(bytes) : bytes.reversed()
    return ordered.reduce(0) { $0 &<< 8 | Int($1) }
  }
}
