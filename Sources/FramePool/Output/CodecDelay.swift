import CFFmpeg
import CLinux
import Glibc
import SystemPackage

/// Matroska's `CodecDelay`: how much of a track's sound is only there to start its decoder.
///
/// Sound that begins before zero, as AAC in MP4 does, would otherwise move all other streams. The
/// muxer writes the element by itself since FFmpeg 7; before, for Opus only. There room is kept for
/// it in the track's name, and it is put in when the file is done.
///
/// RFC 9559, section 5.1.4.1.25.
struct CodecDelay {
  /// A track that needs it.
  struct Track {
    /// The name it shall have.
    var title: String
    /// In nanoseconds, less than 4 s.
    var nanoseconds: UInt32
    /// What makes its placeholder different from all others.
    var mark: String
  }

  private(set) var tracks: [Track] = []

  /// The element: two bytes of name, one of size, four of value.
  private static let elementSize = 7

  /// Notes a track.
  ///
  /// - Returns: The title to write in place of its own.
  mutating func add(title: String, nanoseconds: UInt32) -> String {
    // Seven letters, that a title does not end in by chance.
    let mark = "\u{1}CD\(tracks.count % 10)\(tracks.count / 10 % 10)\u{1}\u{2}"
    let name = title.isEmpty ? mark + "...." : title + mark
    tracks.append(Track(title: title, nanoseconds: nanoseconds, mark: mark))
    return name
  }

  /// Puts the elements into a file that was written with the placeholders.
  ///
  /// - Parameter path: The file.
  /// - Returns: Whether all of them found their place.
  func patch(_ path: FilePath) -> Bool {
    guard !tracks.isEmpty else { return true }
    let file = path.withPlatformString { clinux_open($0, O_RDWR | O_CLOEXEC, 0) }
    guard file >= 0 else { return false }
    defer { close(file) }
    guard let range = EBMLFile(file).range(of: [EBMLFile.segment, EBMLFile.tracks]) else {
      return false
    }
    var body = [UInt8](repeating: 0, count: range.count)
    guard pread(file, &body, body.count, off_t(range.lowerBound)) == body.count else {
      return false
    }
    for track in tracks { guard Self.insert(track, into: &body) else { return false } }
    Self.sign(&body)
    return pwrite(file, body, body.count, off_t(range.lowerBound)) == body.count
  }

  /// Replaces a track's placeholder by its title and its delay, byte for byte as long as before.
  private static func insert(_ track: Track, into body: inout [UInt8]) -> Bool {
    let mark = Array(track.mark.utf8)
    guard let place = body.firstRange(of: mark) else { return false }
    let title = Array(track.title.utf8)
    let start = place.lowerBound - title.count
    let delay: [UInt8] =
      [0x56, 0xAA, 0x84]
      + (0..<4).map { byte in
        UInt8(truncatingIfNeeded: track.nanoseconds >> UInt32(24 - 8 * byte))
      }
    if title.isEmpty {
      // The whole element, its name and its size, goes: 3 + 7 + 4 bytes.
      let element = start - 3..<place.upperBound + 4
      guard element.lowerBound >= 0, element.upperBound <= body.count,
        body[element.lowerBound] == 0x53, body[element.lowerBound + 1] == 0x6E
      else { return false }
      let void: [UInt8] = [0xEC, 0x85, 0, 0, 0, 0, 0]
      body.replaceSubrange(element, with: delay + void)
      return true
    }
    // The name gets shorter by as much as the delay takes; its size is of one byte, or of two.
    let long = title.count + elementSize
    let sizeBytes = long < 127 ? 1 : 2
    let sizeAt = start - sizeBytes
    guard sizeAt >= 2, body[sizeAt - 2] == 0x53, body[sizeAt - 1] == 0x6E else { return false }
    if sizeBytes == 1 {
      body[sizeAt] = 0x80 | UInt8(title.count)
    } else {
      body[sizeAt] = 0x40 | UInt8(title.count >> 8)
      body[sizeAt + 1] = UInt8(title.count & 0xFF)
    }
    body.replaceSubrange(place, with: delay)
    return true
  }

  /// Makes the checksum that the contents begin with anew (RFC 8794, section 11.3.1).
  private static func sign(_ body: inout [UInt8]) {
    guard body.count > 6, body[0] == 0xBF, body[1] == 0x84 else { return }
    let rest = Array(body[6...])
    let sum = av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), UInt32.max, rest, rest.count) ^ UInt32.max
    for byte in 0..<4 { body[2 + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * byte)) }
  }
}
