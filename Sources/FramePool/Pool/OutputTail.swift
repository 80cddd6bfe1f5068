/// The end of a worker's output: the last lines, bounded, whatever the worker floods it with.
struct OutputTail {
  /// How many bytes are kept.
  static let limit = 8 << 10
  private var bytes: [UInt8] = []
  private var isCut = false

  /// Takes bytes in and forgets old ones.
  mutating func append(_ more: [UInt8]) {
    bytes += more
    if bytes.count > 2 * Self.limit {
      bytes.removeFirst(bytes.count - Self.limit)
      isCut = true
    }
  }

  /// The end of the output as text, from the start of a line where something is left out.
  var text: String {
    var end = bytes.suffix(Self.limit)
    if isCut || bytes.count > Self.limit {
      end = end.drop { $0 != 0x0A }.dropFirst()
    }
    return String(decoding: end, as: UTF8.self)
  }
}
