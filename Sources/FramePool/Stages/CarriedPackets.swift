import CFFmpeg
import DequeModule

/// Packets of the streams that are not decoded, on their way past the decoder to the output.
///
/// A class, because the demuxer at one end of the pipeline fills it and the output at the other
/// empties it, perhaps at the same time. Owns its packets, freed with `av_packet_free`.
final class CarriedPackets: Sendable {
  private struct State {
    /// The streams whose packets are wanted, by their index in the input.
    var streams: Set<Int>
    var packets: Deque<UnsafeMutablePointer<AVPacket>> = []
    var firstTimes: [Int: Int64] = [:]
    var positions: [Int: Int64] = [:]
  }

  private let state: Locked<State>

  init(_ streams: Set<Int>) {
    state = Locked(State(streams: streams))
  }

  deinit {
    while next() != nil {}
  }

  /// When each stream begins, in units of its own time base.
  var firstTimes: [Int: Int64] { state.withLock { $0.firstTimes } }

  /// Where each stream has come to, in microseconds of the container's own time.
  var positions: [Int: Int64] { state.withLock { $0.positions } }

  /// Whether no stream's packets are wanted.
  var isEmpty: Bool { state.withLock { $0.streams.isEmpty } }

  /// Whether packets of all wanted streams of a kind have come up.
  func hasSeen(_ wanted: (Int) -> Bool) -> Bool {
    state.withLock { state in
      state.streams.allSatisfy { !wanted($0) || state.firstTimes[$0] != nil }
    }
  }

  /// Whether packets of a stream are wanted.
  func wants(_ stream: Int) -> Bool { state.withLock { $0.streams.contains(stream) } }

  /// Leaves the other streams' packets out from here on.
  func restrict(to wanted: Set<Int>) {
    state.withLock { state in
      state.streams.formIntersection(wanted)
      let streams = state.streams
      state.packets.removeAll { packet in
        if streams.contains(Int(packet.pointee.stream_index)) { return false }
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
        return true
      }
    }
  }

  /// Takes what is in a packet, which is empty afterwards.
  func append(_ packet: borrowing Packet, timeBase: AVRational) {
    let (stream, time) = (packet.streamIndex, packet.time)
    let position = time.map { av_rescale_q($0, timeBase, AVRational(num: 1, den: AV_TIME_BASE)) }
    nonisolated(unsafe) let kept = allocated(av_packet_alloc())
    av_packet_move_ref(kept, packet.raw)
    state.withLock { state in
      if let time, state.firstTimes[stream] == nil { state.firstTimes[stream] = time }
      if let position { state.positions[stream] = position }
      state.packets.append(kept)
    }
  }

  /// The oldest packet; nil when the queue is empty.
  func next() -> Packet? {
    nonisolated(unsafe) let first = state.withLock { $0.packets.popFirst() }
    guard let first else { return nil }
    return Packet(owning: first)
  }
}
