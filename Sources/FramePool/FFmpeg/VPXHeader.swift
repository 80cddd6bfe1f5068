import CFFmpeg

/// The sizes that VP8 and VP9 pictures claim in their headers.
///
/// FFmpeg's own decoders look at them before they allocate anything, libvpx is asked for a limit by
/// nobody.
enum VPXHeader {
  /// The largest width x height that is claimed in a packet or in the alpha beside it; 0 where all
  /// pictures have the size of one before.
  static func pixels(of packet: borrowing Packet, _ codec: AVCodecID) -> Int {
    let raw = packet.raw.pointee
    let main = UnsafeBufferPointer(start: raw.data, count: Int(max(0, raw.size)))
    let alpha = BlockAdditions.alpha(of: packet)
    return [main, alpha].reduce(0) { largest, bytes in
      guard let bytes else { return largest }
      guard codec == AV_CODEC_ID_VP9 else { return max(largest, vp8(Array(bytes.prefix(10)))) }
      // No header is longer than this.
      return max(largest, frames(bytes).map { vp9(Array($0.prefix(64))) }.max() ?? 0)
    }
  }

  /// RFC 6386, section 9.1.
  private static func vp8(_ bytes: [UInt8]) -> Int {
    guard bytes.count >= 10, bytes[0] & 1 == 0 else { return 0 }
    func number(_ index: Int) -> Int { (Int(bytes[index]) | Int(bytes[index + 1]) << 8) & 0x3fff }
    return number(6) * number(8)
  }

  /// The frames of a VP9 packet, which has an index at its end where there are several (VP9 bitstream
  /// specification, annex B).
  private static func frames(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) -> [Slice<UnsafeBufferPointer<UInt8>>] {
    guard let marker = bytes.last, marker & 0xe0 == 0xc0 else { return [bytes[...]] }
    let (count, width) = (Int(marker & 7) + 1, Int(marker >> 3 & 3) + 1)
    let size = 2 + count * width
    guard bytes.count >= size, bytes[bytes.count - size] == marker else { return [bytes[...]] }
    var frames: [Slice<UnsafeBufferPointer<UInt8>>] = []
    var start = 0
    for index in 0..<count {
      let field = bytes.count - size + 1 + index * width
      let length = (0..<width).reduce(0) { $0 | Int(bytes[field + $1]) << (8 * $1) }
      guard length <= bytes.count - start else { break }
      frames.append(bytes[start..<start + length])
      start += length
    }
    return frames
  }

  /// The same specification, section 6.2.
  private static func vp9(_ bytes: [UInt8]) -> Int {
    var position = 0
    func bits(_ count: Int) -> Int {
      var value = 0
      for _ in 0..<count {
        let byte = position / 8 < bytes.count ? bytes[position / 8] : 0
        value = value << 1 | Int(byte >> (7 - position % 8) & 1)
        position += 1
      }
      return value
    }
    func size() -> Int { (bits(16) + 1) * (bits(16) + 1) }
    guard bits(2) == 2 else { return 0 }
    let profile = bits(1) | bits(1) << 1
    if profile == 3 { _ = bits(1) }
    guard bits(1) == 0 else { return 0 }
    func skipColours() {
      if profile >= 2 { _ = bits(1) }
      let isRGB = bits(3) == 7
      if !isRGB { _ = bits(1) }
      if profile & 1 == 1 { _ = bits(isRGB ? 1 : 3) }
    }
    let isKey = bits(1) == 0
    let (isShown, isResilient) = (bits(1) == 1, bits(1) == 1)
    if isKey {
      _ = bits(24)
      skipColours()
      return size()
    }
    let isIntra = !isShown && bits(1) == 1
    if !isResilient { _ = bits(2) }
    if isIntra {
      _ = bits(24)
      if profile > 0 { skipColours() }
      _ = bits(8)
      return size()
    }
    _ = bits(8 + 3 * 4)
    for _ in 0..<3 where bits(1) == 1 { return 0 }
    return size()
  }
}
