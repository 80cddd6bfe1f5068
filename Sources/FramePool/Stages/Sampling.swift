/// Which of a video's frames are worked on.
///
/// The parts apply one after the other: first ``keyframes``, then the window of ``start`` and
/// ``duration``, then ``every`` or ``rate``, then ``frames``. All are exact to the frame, and the
/// same wherever the file could be entered.
public struct Sampling: Codable, Hashable, Sendable {
  /// Frames per second, as a fraction.
  public struct Rate: Codable, Hashable, Sendable {
    /// The upper number, at least 1.
    public var numerator: Int32
    /// The lower number, at least 1.
    public var denominator: Int32

    /// Reads `25`, `29.97` or `30000/1001`; nil for anything else, and for rates of 0 or less.
    public init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      if parts.count == 2, let upper = Int32(parts[0]), let lower = Int32(parts[1]) {
        self.init(upper, lower)
        return
      }
      let digits = text.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 1, digits.count <= 2, digits.allSatisfy({ $0.utf8.allSatisfy(isDigit) })
      else { return nil }
      let decimals = digits.count == 2 ? String(digits[1]) : ""
      guard decimals.utf8.count <= 6, let upper = Int32(digits[0] + decimals) else { return nil }
      self.init(upper, decimals.utf8.reduce(1) { power, _ in power * 10 })
    }

    private init?(_ numerator: Int32, _ denominator: Int32) {
      guard numerator > 0, denominator > 0 else { return nil }
      self.numerator = numerator
      self.denominator = denominator
    }
  }

  /// Decode keyframes only: what `ffmpeg -skip_frame nokey` gives where the decoder heeds that,
  /// else the packets that the container marks.
  public var keyframes = false
  /// Seconds from the file's beginning: earlier frames are left out.
  public var start: Double?
  /// Seconds from ``start``, or from the beginning: frames at its end and later are left out.
  public var duration: Double?
  /// Take the first frame of so many, again and again.
  public var every: Int?
  /// Take so many frames a second: see <doc:Filters>.
  public var rate: Rate?
  /// End after so many frames.
  public var frames: Int?

  /// All frames.
  public init() {}
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
