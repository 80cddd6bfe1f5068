import CFFmpeg
import Glibc
import SystemPackage

/// Which streams of a file are encrypted, as its container says: for where FFmpeg says nothing of it.
///
/// It reads the file beside FFmpeg, so it is asked only when something speaks for it: a file that cannot
/// be opened, or a decoder that complains.
struct ContainerEncryption {
  /// A stream that the container declares.
  struct Track {
    var type: AVMediaType
    var isEncrypted: Bool
  }

  private let file: CInt
  private let format: String

  /// - Parameters:
  ///   - file: An open file; borrowed.
  ///   - format: FFmpeg's name of its demuxer.
  init(_ file: CInt, format: String) {
    self.file = file
    self.format = format
  }

  /// Whether any stream is encrypted, for a file that FFmpeg does not open.
  var isThere: Bool { tracks.contains(where: \.isEncrypted) }

  /// Whether a stream is encrypted.
  ///
  /// - Parameters:
  ///   - stream: Of the file; borrowed.
  ///   - count: How many streams FFmpeg sees in it.
  /// - Returns: Whether it is, as far as it can be known.
  func covers(_ stream: UnsafeMutablePointer<AVStream>, of count: Int) -> Bool {
    let id = stream.pointee.id
    if format == "mpegts" { return isScrambled(transportStream: UInt16(clamping: id)) }
    if format == "mpeg" { return isScrambled(programStream: UInt8(truncatingIfNeeded: id)) }
    let tracks = tracks
    let index = Int(stream.pointee.index)
    if tracks.count == count, index < count { return tracks[index].isEncrypted }
    return tracks.contains {
      $0.type == stream.pointee.codecpar.pointee.codec_type && $0.isEncrypted
    }
  }

  private var tracks: [Track] {
    if format.hasPrefix("mov") { return mp4Tracks }
    if format.hasPrefix("matroska") { return matroskaTracks }
    if format == "asf" { return asfTracks }
    return []
  }

  // MARK: - Matroska

  /// RFC 9559, section 5.1.4.1.31: a `ContentEncoding` whose type is 1.
  private var matroskaTracks: [Track] {
    let file = EBMLFile(file)
    guard let tracks = file.range(of: [EBMLFile.segment, EBMLFile.tracks]) else { return [] }
    return file.children(0xAE, in: tracks).map { entry in
      let encodings = file.children(0x6D80, in: entry).flatMap { file.children(0x6240, in: $0) }
      let kind = file.children(0x83, in: entry).first.flatMap { file.number(in: $0) }
      return Track(
        type: kind == 1
          ? AVMEDIA_TYPE_VIDEO : kind == 2 ? AVMEDIA_TYPE_AUDIO : AVMEDIA_TYPE_UNKNOWN,
        isEncrypted: encodings.contains { encoding in
          let type = file.children(0x5033, in: encoding).first.flatMap { file.number(in: $0) }
          return type == 1 || !file.children(0x5035, in: encoding).isEmpty
        })
    }
  }

  // MARK: - MP4

  /// The codes of encrypted sample entries: ISO/IEC 23001-7, and Apple's before it.
  private static let sampleEntries: Set<String> = [
    "encv", "enca", "enct", "encs", "encm", "drms", "drmi", "drmt", "p608",
  ]

  private var mp4Tracks: [Track] {
    guard let movie = boxes(in: 0..<size, until: "moov").last, movie.name == "moov" else {
      return []
    }
    return boxes(in: movie.contents).filter { $0.name == "trak" }.map { track in
      var within = track.contents
      for name in ["mdia", "minf", "stbl", "stsd"] {
        guard let next = boxes(in: within).first(where: { $0.name == name }) else {
          return Track(type: AVMEDIA_TYPE_UNKNOWN, isEncrypted: false)
        }
        within = next.contents
      }
      // Version, flags and a count, then a box for each description.
      let start = min(within.lowerBound.saturatingAdd(8), within.upperBound)
      let names = boxes(in: start..<within.upperBound).map(\.name)
      let encrypted = names.filter(Self.sampleEntries.contains)
      return Track(
        type: encrypted.contains { ["enca", "drms"].contains($0) }
          ? AVMEDIA_TYPE_AUDIO : AVMEDIA_TYPE_VIDEO,
        isEncrypted: !encrypted.isEmpty)
    }
  }

  private func boxes(
    in range: Range<Int>, until last: String? = nil
  ) -> [(name: String, contents: Range<Int>)] {
    var found: [(name: String, contents: Range<Int>)] = []
    var position = range.lowerBound
    while found.count < Self.mostParts, let header = bytes(8, at: position),
      position.saturatingAdd(8) <= range.upperBound
    {
      var start = position.saturatingAdd(8)
      var size = Int(clamping: Self.number(header[..<4]))
      if size == 1, let long = bytes(8, at: start) {
        size = Int(clamping: Self.number(long[...]))
        start = start.saturatingAdd(8)
      }
      let end = size == 0 ? range.upperBound : min(position.saturatingAdd(size), range.upperBound)
      guard start <= end else { break }
      found.append((String(decoding: header[4..<8], as: UTF8.self), start..<end))
      if found.last?.name == last { break }
      position = end
    }
    return found
  }

  /// More than any file has side by side before what is looked for.
  private static let mostParts = 4096

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  // MARK: - ASF

  /// Of a header with one of the two objects that stand for encrypted contents, which hold for all
  /// streams: ASF specification, sections 3.14 and 3.15.
  private var asfTracks: [Track] {
    guard let header = bytes(30, at: 0) else { return [] }
    let end = Int(clamping: Self.number(Array(header[16..<24].reversed())[...]))
    var position = 30
    for _ in 0..<Self.mostParts {
      guard position < end, let object = bytes(24, at: position) else { return [] }
      if Self.asfEncryption.contains(Array(object[..<16])) {
        return [AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO].map { Track(type: $0, isEncrypted: true) }
      }
      let size = Int(clamping: Self.number(Array(object[16..<24].reversed())[...]))
      guard size >= 24 else { return [] }
      position = position.saturatingAdd(size)
    }
    return []
  }

  private static let asfEncryption: Set<[UInt8]> = [
    [
      0xFB, 0xB3, 0x11, 0x22, 0x23, 0xBD, 0xD2, 0x11, 0xB4, 0xB7, 0x00, 0xA0, 0xC9, 0x55, 0xFC,
      0x6E,
    ],
    [
      0x14, 0xE6, 0x8A, 0x29, 0x22, 0x26, 0x17, 0x4C, 0xB9, 0x35, 0xDA, 0xE0, 0x7E, 0xE9, 0x28,
      0x9C,
    ],
  ]

  // MARK: - MPEG

  /// How much of a stream without a header is looked at, in bytes.
  private static let sampleSize = 4 << 20

  /// Whether most packets of an elementary stream are scrambled: ISO/IEC 13818-1, section 2.4.3.3.
  private func isScrambled(transportStream id: UInt16) -> Bool {
    let bytes = sample()
    for (size, offset) in [(188, 0), (192, 4), (204, 0)] {
      let starts = stride(from: offset, to: max(offset, bytes.count - 188), by: size)
      guard starts.prefix(8).allSatisfy({ bytes[$0] == 0x47 }) else { continue }
      var (scrambled, all) = (0, 0)
      for start in starts where bytes[start] == 0x47 {
        let name = UInt16(bytes[start + 1] & 0x1F) << 8 | UInt16(bytes[start + 2])
        guard name == id, bytes[start + 3] & 0x10 != 0 else { continue }
        all += 1
        if bytes[start + 3] & 0xC0 != 0 { scrambled += 1 }
      }
      return scrambled > all / 2
    }
    return false
  }

  /// Whether most packets of an elementary stream are scrambled, as on a DVD: section 2.4.3.7.
  private func isScrambled(programStream id: UInt8) -> Bool {
    let bytes = sample()
    var (scrambled, all) = (0, 0)
    for start in 0..<max(0, bytes.count - 6)
    where bytes[start] == 0 && bytes[start + 1] == 0 && bytes[start + 2] == 1
      && bytes[start + 3] == id && bytes[start + 6] & 0xC0 == 0x80
    {
      all += 1
      if bytes[start + 6] & 0x30 != 0 { scrambled += 1 }
    }
    return scrambled > all / 2
  }

  private func sample() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: min(Self.sampleSize, size))
    let count = pread(file, &bytes, bytes.count, 0)
    return Array(bytes.prefix(max(0, count)))
  }

  // MARK: - Reading

  private var size: Int {
    var status = stat()
    return fstat(file, &status) == 0 ? Int(status.st_size) : 0
  }

  /// So many bytes at a place; nil where there are fewer.
  private func bytes(_ count: Int, at position: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    return pread(file, &bytes, count, off_t(position)) == count ? bytes : nil
  }
}
