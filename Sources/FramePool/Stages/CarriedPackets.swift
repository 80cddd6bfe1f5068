import CFFmpeg
import DequeModule
import Glibc
import SystemPackage

/// Packets of the streams that are not decoded, on their way past the decoder to the output.
///
/// A class, because the demuxer at one end of the pipeline fills it and the output at the other
/// empties it, perhaps at the same time. Owns its packets, freed with `av_packet_free`. Those that are
/// too many for memory wait on disk.
final class CarriedPackets: Sendable {
  private struct State {
    /// The streams whose packets are wanted, by their index in the input.
    var streams: Set<Int>
    /// The oldest ones.
    var packets: Deque<UnsafeMutablePointer<AVPacket>> = []
    /// Bytes of those.
    var bytes = 0
    /// Those that came after them.
    var spill: PacketSpill?
    var failure: FFmpegError?
    var firsts: [Int: (time: Ticks, duration: Ticks)] = [:]
    /// References to the first packet of each stream.
    var firstPackets: [Int: UnsafeMutablePointer<AVPacket>] = [:]
    var positions: [Int: Ticks] = [:]
  }

  private let state: Locked<State>
  private let spillDirectory: FilePath?
  private let keepsFirst: Bool

  /// Bytes of packets that wait in memory at most.
  private static let memory = 32 << 20

  /// - Parameters:
  ///   - streams: Whose packets are wanted.
  ///   - spillDirectory: Where they wait that are too many for memory; nil for nowhere.
  ///   - keepsFirst: Whether the first packet of each stream can be looked at.
  init(
    _ streams: Set<Int>, spillingInto spillDirectory: FilePath? = nil, keepsFirst: Bool = false
  ) {
    self.keepsFirst = keepsFirst
    state = Locked(State(streams: streams))
    self.spillDirectory = spillDirectory
  }

  deinit {
    state.withLock { state in
      while let packet = state.packets.popFirst() { Self.free(packet) }
      for packet in state.firstPackets.values { Self.free(packet) }
    }
  }

  /// When each stream begins, and how long its first packet lasts, in units of its own time base.
  var firsts: [Int: (time: Ticks, duration: Ticks)] { state.withLock { $0.firsts } }

  /// Looks at the first packet of each stream, by its index.
  func withFirstPackets<Result>(
    _ body: ([Int: UnsafeMutablePointer<AVPacket>]) -> Result
  ) -> Result {
    state.withLock { body($0.firstPackets) }
  }

  /// Where each stream has come to, in microseconds of the container's own time.
  var positions: [Int: Ticks] { state.withLock { $0.positions } }

  /// Whether no stream's packets are wanted.
  var isEmpty: Bool { state.withLock { $0.streams.isEmpty } }

  /// Whether packets of all wanted streams of a kind have come up.
  func hasSeen(_ wanted: (Int) -> Bool) -> Bool {
    state.withLock { state in
      state.streams.allSatisfy { !wanted($0) || state.firsts[$0] != nil }
    }
  }

  /// Whether packets of a stream are wanted.
  func wants(_ stream: Int) -> Bool { state.withLock { $0.streams.contains(stream) } }

  /// Leaves the other streams' packets out from here on.
  func restrict(to wanted: Set<Int>) {
    state.withLock { state in
      state.streams.formIntersection(wanted)
      let streams = state.streams
      var bytes = 0
      state.packets.removeAll { packet in
        if streams.contains(Int(packet.pointee.stream_index)) {
          bytes += Int(packet.pointee.size)
          return false
        }
        Self.free(packet)
        return true
      }
      state.bytes = bytes
    }
  }

  /// Takes what is in a packet, which is empty afterwards.
  func append(_ packet: borrowing Packet, timeBase: Rational) {
    let (stream, time) = (packet.streamIndex, packet.time)
    let duration = Ticks(max(0, packet.raw.pointee.duration))
    let position = time?.rescaled(from: timeBase, to: .microseconds)
    nonisolated(unsafe) let kept = allocated(av_packet_alloc())
    av_packet_move_ref(kept, packet.raw)
    let size = Int(kept.pointee.size)
    state.withLock { state in
      if let time, state.firsts[stream] == nil { state.firsts[stream] = (time, duration) }
      if keepsFirst, state.firstPackets[stream] == nil {
        state.firstPackets[stream] = av_packet_clone(kept)
      }
      if let position { state.positions[stream] = position }
      let isMuch = state.bytes + size > Self.memory || state.spill?.count ?? 0 > 0
      guard isMuch, let spillDirectory else {
        state.packets.append(kept)
        state.bytes += size
        return
      }
      defer { Self.free(kept) }
      guard state.failure == nil else { return }
      do throws(FFmpegError) {
        if state.spill == nil {
          guard let spill = PacketSpill(in: spillDirectory) else {
            throw FFmpegError(
              code: .init(rawValue: shim_averror(errno)), function: "open", logLine: nil)
          }
          state.spill = spill
        }
        try state.spill?.append(kept)
      } catch {
        state.failure = error
      }
    }
  }

  /// The oldest packet; nil when there is none.
  ///
  /// - Throws: ``FFmpegError`` when packets that waited on disk are lost.
  func next() throws(FFmpegError) -> Packet? {
    nonisolated(unsafe) let first: UnsafeMutablePointer<AVPacket>? = state.withLock { state in
      let packet = state.packets.popFirst()
      state.bytes -= Int(packet?.pointee.size ?? 0)
      return packet
    }
    if let first { return Packet(owning: first) }
    return try state.withLock { state throws(FFmpegError) -> Packet? in
      if let failure = state.failure { throw failure }
      while let packet = try state.spill?.next() {
        if state.streams.contains(packet.streamIndex) { return packet }
      }
      return nil
    }
  }

  private static func free(_ packet: UnsafeMutablePointer<AVPacket>) {
    var packet: UnsafeMutablePointer<AVPacket>? = packet
    av_packet_free(&packet)
  }
}
