import CFFmpeg

/// What is in a stream's packets one after the other: a container may cut sound into other packets, but
/// not change it.
struct PacketContent: Equatable {
  /// How many bytes.
  private(set) var bytes: Int64 = 0
  /// Their checksum (`av_crc`).
  private var sum = UInt32.max

  private static var table: UnsafePointer<AVCRC>? { av_crc_get_table(AV_CRC_32_IEEE_LE) }

  /// Adds a packet's bytes.
  ///
  /// - Parameters:
  ///   - packet: Borrowed.
  ///   - limit: How many bytes are summed up in all; those beyond are only counted.
  mutating func add(_ packet: borrowing Packet, upTo limit: Int64 = .max) {
    let size = Int64(packet.raw.pointee.size)
    guard size > 0, let data = packet.raw.pointee.data else { return }
    let room = min(size, limit.saturatingSubtract(bytes))
    if room > 0 { sum = av_crc(Self.table, sum, data, Int(room)) }
    bytes = bytes.saturatingAdd(size)
  }

  /// Whether this begins with all of another, when it was summed up to the other's number of bytes.
  func begins(with other: PacketContent) -> Bool { bytes >= other.bytes && sum == other.sum }
}
