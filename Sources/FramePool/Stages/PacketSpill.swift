import CFFmpeg
import CLinux
import Glibc
import SystemPackage

/// Packets that wait on disk, because too many wait in memory: a file may have all of its sound in
/// front of its pictures.
///
/// Owns a file without a name beside the output, which is gone with the process.
final class PacketSpill {
  private let file: CInt
  private var readPosition: off_t = 0
  private var writePosition: off_t = 0
  /// Packets that have not been taken yet.
  private(set) var count = 0

  /// What stands in front of a packet's bytes.
  private struct Header: BitwiseCopyable {
    var stream: Int32
    var flags: Int32
    var pts: Int64
    var dts: Int64
    var duration: Int64
    var size: Int32
    var sideData: Int32
  }

  /// What stands in front of a piece of side data.
  private struct SideHeader: BitwiseCopyable {
    var type: UInt32
    var size: UInt32
  }

  /// Makes the file; nil with errno set.
  ///
  /// - Parameter directory: Where there is room for the output too.
  init?(in directory: FilePath) {
    let flags = O_RDWR | O_CLOEXEC
    var file = directory.withPlatformString {
      clinux_open($0, flags | CInt(clinux_unnamed_file_flag()), 0o600)
    }
    if file < 0 {
      // Not every file system has files without a name. The directory is this output's batch's own.
      let name = directory.appending("packets-\(getpid())")
      file = name.withPlatformString { clinux_open($0, flags | O_CREAT | O_EXCL, 0o600) }
      _ = name.withPlatformString { unlink($0) }
    }
    guard file >= 0 else { return nil }
    self.file = file
  }

  deinit {
    close(file)
  }

  /// Adds a packet, whose bytes are copied.
  ///
  /// - Throws: ``FFmpegError`` of a write.
  func append(_ packet: UnsafeMutablePointer<AVPacket>) throws(FFmpegError) {
    let raw = packet.pointee
    var bytes: [UInt8] = []
    func add(_ value: some BitwiseCopyable) { withUnsafeBytes(of: value) { bytes += $0 } }
    add(
      Header(
        stream: raw.stream_index, flags: raw.flags, pts: raw.pts, dts: raw.dts,
        duration: raw.duration, size: raw.size, sideData: raw.side_data_elems))
    bytes += UnsafeBufferPointer(start: raw.data, count: Int(max(0, raw.size)))
    for index in 0..<Int(max(0, raw.side_data_elems)) {
      let piece = raw.side_data[index]
      add(SideHeader(type: piece.type.rawValue, size: UInt32(clamping: piece.size)))
      bytes += UnsafeBufferPointer(start: piece.data, count: piece.size)
    }
    guard lseek(file, writePosition, SEEK_SET) >= 0, DescriptorIO.write(bytes, to: file) else {
      throw FFmpegError(
        code: .init(rawValue: shim_averror(errno)), function: "write", logLine: nil)
    }
    writePosition += off_t(bytes.count)
    count += 1
  }

  /// Takes the oldest packet; nil when there is none.
  ///
  /// - Throws: ``FFmpegError`` of a read.
  func next() throws(FFmpegError) -> Packet? {
    guard count > 0 else { return nil }
    let header: Header = try read()
    let packet = Packet()
    try check(av_new_packet(packet.raw, header.size), "av_new_packet")
    try read(into: packet.raw.pointee.data, Int(header.size))
    for _ in 0..<header.sideData {
      let side: SideHeader = try read()
      guard
        let room = av_packet_new_side_data(
          packet.raw, AVPacketSideDataType(side.type), Int(side.size))
      else { throw FFmpegError(code: .noMemory, function: "av_packet_new_side_data", logLine: nil) }
      try read(into: room, Int(side.size))
    }
    packet.raw.pointee.stream_index = header.stream
    packet.raw.pointee.flags = header.flags
    packet.raw.pointee.pts = header.pts
    packet.raw.pointee.dts = header.dts
    packet.raw.pointee.duration = header.duration
    count -= 1
    if count == 0 {
      // The room can be had again.
      (readPosition, writePosition) = (0, 0)
      ftruncate(file, 0)
    }
    return packet
  }

  private func read<Value: BitwiseCopyable>() throws(FFmpegError) -> Value {
    let size = MemoryLayout<Value>.size
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    defer { bytes.deallocate() }
    try read(into: bytes.assumingMemoryBound(to: UInt8.self), size)
    return bytes.loadUnaligned(as: Value.self)
  }

  private func read(
    into buffer: UnsafeMutablePointer<UInt8>?, _ size: Int
  ) throws(FFmpegError) {
    var done = 0
    while done < size {
      let got = pread(file, buffer.map { $0 + done }, size - done, readPosition)
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        throw FFmpegError(
          code: .init(rawValue: shim_averror(got < 0 ? errno : EIO)), function: "read",
          logLine: nil)
      }
      done += got
      readPosition += off_t(got)
    }
  }
}
