/// Times written into pictures, in an alphabet of ten digits, a colon and a point.
enum TimeStamp {
  /// The rows of each character, 5 dots wide, the left one in the highest bit.
  private static let glyphs: [Character: [UInt8]] = [
    "0": [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
    "1": [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    "2": [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
    "3": [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110],
    "4": [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
    "5": [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
    "6": [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
    "7": [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
    "8": [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
    "9": [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
    ":": [0b00000, 0b00100, 0b00100, 0b00000, 0b00100, 0b00100, 0b00000],
    ".": [0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b00110, 0b00110],
    "-": [0b00000, 0b00000, 0b00000, 0b01110, 0b00000, 0b00000, 0b00000],
  ]

  static let glyphHeight = 7
  /// With the gap to the next.
  static let glyphAdvance = 6

  /// `m:ss.mmm`, with hours in front where there are any.
  static func text(_ seconds: Double) -> String {
    let sign = seconds < 0 ? "-" : ""
    let milliseconds = MediaTime(seconds: seconds.magnitude).milliseconds
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60)
    let thousandths = "\(milliseconds % 1000 &+ 1000)".dropFirst()
    return sign + (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)")
      + ":\(two(milliseconds / 1000 % 60)).\(thousandths)"
  }

  /// Whether a dot of a text is lit.
  ///
  /// - Parameters:
  ///   - text: Of the alphabet.
  ///   - x: From the left, 0 up to `text.count * glyphAdvance`.
  ///   - y: From the top, 0 up to `glyphHeight`.
  /// - Returns: Whether it is.
  static func isLit(_ text: [Character], x: Int, y: Int) -> Bool {
    let (place, column) = x.quotientAndRemainder(dividingBy: glyphAdvance)
    guard place < text.count, column < 5, let rows = glyphs[text[place]] else { return false }
    return rows[y] >> UInt8(4 - column) & 1 == 1
  }
}
