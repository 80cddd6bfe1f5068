/// A pattern for the names of a video's pictures, such as `{name}-{frame}`.
///
/// `{frame}` is the frame's number from 1 in six digits, `{time}` its time in seconds with
/// milliseconds, `{name}` the video's name.
public struct ImagePattern: Codable, Hashable, Sendable {
  /// As it was typed.
  public let text: String

  /// `{frame}`.
  public static let frame = ImagePattern(known: "{frame}")

  private init(known text: String) {
    self.text = text
  }

  /// Takes a pattern.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` that says what is wrong with it.
  public init(_ text: String) throws(FramePoolError) {
    guard text.contains("{frame}") || text.contains("{time}") else {
      throw FramePoolError(
        .refused, "image name '\(text)' needs {frame} or {time}, for the pictures to differ")
    }
    guard !text.contains("/") else {
      throw FramePoolError(
        .refused, "image name '\(text)' has a slash; each video's pictures lie in a directory")
    }
    self.text = text
  }

  /// A picture's name without its extension.
  ///
  /// - Parameters:
  ///   - name: The video's, in whatever bytes it has.
  ///   - number: The frame's, from 1.
  ///   - seconds: Its time.
  /// - Returns: Bytes.
  func bytes(name: [UInt8], number: Int, seconds: Double?) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
      if rest.hasPrefix("{frame}") {
        bytes += Self.padded(number, 6).utf8
        rest = rest.dropFirst("{frame}".count)
      } else if rest.hasPrefix("{time}") {
        let milliseconds = MediaTime(seconds: seconds ?? 0).milliseconds
        let (whole, part) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        bytes += (milliseconds < 0 ? "-" : "").utf8
        bytes += "\(Self.padded(whole, 5)).\(Self.padded(part, 3))".utf8
        rest = rest.dropFirst("{time}".count)
      } else if rest.hasPrefix("{name}") {
        bytes += name
        rest = rest.dropFirst("{name}".count)
      } else {
        bytes += rest.removeFirst().utf8
      }
    }
    return bytes
  }

  private static func padded(_ number: some BinaryInteger, _ digits: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// Reads the text.
  public init(from decoder: any Swift.Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the text.
  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
