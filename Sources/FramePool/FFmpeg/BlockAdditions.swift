import CFFmpeg

/// What Matroska and WebM store beside a block, and a decoder may leave aside.
struct BlockAdditions {
  /// Whether VP8 or VP9 pictures have their alpha there, as a second video.
  private(set) var hasAlpha = false
  /// Whether HDR10+ metadata is there.
  private(set) var hasHDR10Plus = false

  /// Looks at a packet of the video.
  mutating func add(_ packet: borrowing Packet) {
    guard packet.raw.pointee.side_data_elems > 0, let bytes = Self.bytes(of: packet) else { return }
    // The addition's number as eight bytes, then the addition.
    guard bytes.count > 8, bytes.prefix(7).allSatisfy({ $0 == 0 }) else { return }
    switch bytes[7] {
    case 1: hasAlpha = true
    case 4: hasHDR10Plus = hasHDR10Plus || bytes.dropFirst(8).starts(with: Self.hdr10Plus)
    default: break
    }
  }

  /// The alpha beside a packet; valid while the packet is.
  static func alpha(of packet: borrowing Packet) -> UnsafeBufferPointer<UInt8>? {
    guard let bytes = bytes(of: packet), bytes.count > 8, bytes[7] == 1 else { return nil }
    return UnsafeBufferPointer(rebasing: bytes[8...])
  }

  /// ITU-T T.35: the United States, SMPTE, ST 2094-40.
  private static let hdr10Plus: [UInt8] = [0xb5, 0x00, 0x3c, 0x00, 0x01, 0x04]

  private static func bytes(of packet: borrowing Packet) -> UnsafeBufferPointer<UInt8>? {
    var size = 0
    return av_packet_get_side_data(packet.raw, AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, &size)
      .map { UnsafeBufferPointer(start: $0, count: size) }
  }
}
