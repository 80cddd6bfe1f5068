import CFFmpeg

/// The address of a frame as SMPTE ST 12 counts it: hours, minutes, seconds and frames.
struct Timecode: Equatable {
  /// The number of frames since midnight.
  private let frame: Int64
  /// Frames that its seconds have.
  private let fps: Int64
  /// Whether it leaves numbers out at the begin of most minutes, to keep up with the clock.
  private let dropsFrames: Bool

  /// Reads `hh:mm:ss:ff`, with `;` or `.` before the frames where numbers are left out; nil for what is
  /// no timecode of that rate.
  init?(_ text: String, rate: Rational) {
    guard let fps = Self.fps(rate) else { return nil }
    var numbers: [Int64] = []
    var separators: [Character] = []
    var digits = ""
    for character in text + ":" {
      if character.isASCII, character.isNumber {
        digits.append(character)
      } else {
        guard digits.utf8.count <= 3, let number = Int64(digits) else { return nil }
        numbers.append(number)
        separators.append(character)
        digits = ""
      }
    }
    guard numbers.count == 4, numbers[0] < 24, numbers[1] < 60, numbers[2] < 60,
      numbers[3] < fps, separators[..<2] == [":", ":"], [":", ";", "."].contains(separators[2])
    else { return nil }
    dropsFrames = separators[2] != ":"
    guard !dropsFrames || fps.isMultiple(of: 30) else { return nil }
    self.fps = fps
    let minutes = Int(numbers[0]) * 60 + Int(numbers[1])
    let seconds = minutes * 60 + Int(numbers[2])
    let left = dropsFrames ? Int(fps) / 15 * (minutes - minutes / 10) : 0
    frame = Int64(seconds * Int(fps) + Int(numbers[3]) - left)
  }

  private init(frame: Int64, fps: Int64, dropsFrames: Bool) {
    self.frame = frame
    self.fps = fps
    self.dropsFrames = dropsFrames
  }

  /// How many numbers a second of a rate has; nil for a rate without any, or with too many.
  private static func fps(_ rate: Rational) -> Int64? {
    guard let value = rate.value else { return nil }
    let fps = Int64(saturating: value.rounded())
    return (1...255).contains(fps) ? fps : nil
  }

  /// Seconds since midnight.
  var seconds: Double { Double(frame) / Double(fps) }

  /// The address so many frames later.
  func advanced(by count: Int64) -> Timecode {
    // Each minute but every tenth leaves numbers out.
    let shortMinutes: Int64 = 24 &* 54
    let perDay = 24 &* 3600 &* fps &- (dropsFrames ? fps / 15 &* shortMinutes : 0)
    let moved = (frame &+ count % perDay) % perDay
    return Timecode(
      frame: moved < 0 ? moved &+ perDay : moved, fps: fps, dropsFrames: dropsFrames)
  }

  /// The same moment at another rate.
  ///
  /// - Returns: nil where no timecode counts that rate (`av_timecode_check_frame_rate`), or where it
  ///   would have to keep up with the clock in another way.
  func converted(to rate: Rational) -> Timecode? {
    guard let target = Self.fps(rate) else { return nil }
    if target == fps { return self }
    guard av_timecode_check_frame_rate(rate.raw) >= 0 else { return nil }
    guard !dropsFrames else {
      // Both leave out the same share of the numbers.
      guard target.isMultiple(of: 30) else { return nil }
      return Timecode(frame: frame &* target / fps, fps: target, dropsFrames: true)
    }
    return Timecode(frame: frame &* target / fps, fps: target, dropsFrames: false)
  }
}

extension Timecode: CustomStringConvertible {
  /// The text for a tag (`av_timecode_make_string`).
  var description: String {
    var timecode = AVTimecode()
    timecode.fps = UInt32(clamping: fps)
    timecode.rate = AVRational(num: CInt(clamping: fps), den: 1)
    timecode.flags = dropsFrames ? AV_TIMECODE_FLAG_DROPFRAME.rawValue : 0
    return Self.string { av_timecode_make_string(&timecode, $0, CInt(clamping: frame)) }
  }

  /// The first timecode of a frame's SMPTE ST 12-1 data; nil when there is none in it.
  static func text(smpte bytes: UnsafeRawBufferPointer) -> String? {
    guard bytes.count >= 8, bytes.loadUnaligned(as: UInt32.self) > 0 else { return nil }
    let code = bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
    return string { av_timecode_make_smpte_tc_string($0, code, 0) }
  }

  /// The timecode in the header of a group of pictures; nil when there is none in it.
  static func text(group bytes: UnsafeRawBufferPointer) -> String? {
    guard bytes.count >= 8 else { return nil }
    let code = bytes.loadUnaligned(as: Int64.self)
    return string { av_timecode_make_mpeg_tc_string($0, UInt32(truncatingIfNeeded: code)) }
  }

  private static func string(_ make: (UnsafeMutablePointer<CChar>?) -> Void) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(AV_TIMECODE_STR_SIZE)) { buffer in
      buffer.initialize(repeating: 0)
      make(buffer.baseAddress)
      return buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }
}
