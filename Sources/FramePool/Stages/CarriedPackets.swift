import CFFmpeg
import DequeModule

/// Packets of the streams that are not decoded, on their way past the decoder to the output.
///
/// A class, because the demuxer at one end of the pipeline fills it and the output at the other
/// empties it. Owns its packets, freed with `av_packet_free`.
final class CarriedPackets {
  /// The streams whose packets are wanted, by their index in the input.
  private var streams: Set<Int>
  private var packets: Deque<UnsafeMutablePointer<AVPacket>> = []
  /// When each stream begins, in units of its own time base.
  private(set) var firstTimes: [Int: Int64] = [:]
  /// Where each stream has come to, in microseconds of the container's own time.
  private(set) var positions: [Int: Int64] = [:]

  init(_ streams: Set<Int>) {
    self.streams = streams
  }

  deinit {
    for packet in packets { free(packet) }
  }

  /// Whether no stream's packets are wanted.
  var isEmpty: Bool { streams.isEmpty }

  /// Whether packets of all wanted streams of a kind have come up.
  func hasSeen(_ wanted: (Int) -> Bool) -> Bool {
    streams.allSatisfy { !wanted($0) || firstTimes[$0] != nil }
  }

  /// Whether packets of a stream are wanted.
  func wants(_ stream: Int) -> Bool { streams.contains(stream) }

  /// Leaves the other streams' packets out from here on.
  func restrict(to wanted: Set<Int>) {
    streams.formIntersection(wanted)
    packets.removeAll { packet in
      if streams.contains(Int(packet.pointee.stream_index)) { return false }
      free(packet)
      return true
    }
  }

  /// Takes what is in a packet, which is empty afterwards.
  func append(_ packet: borrowing Packet, timeBase: AVRational) {
    if let time = packet.time {
      let stream = packet.streamIndex
      if firstTimes[stream] == nil { firstTimes[stream] = time }
      positions[stream] = av_rescale_q(
        time, timeBase, AVRational(num: 1, den: AV_TIME_BASE))
    }
    let kept = allocated(av_packet_alloc())
    av_packet_move_ref(kept, packet.raw)
    packets.append(kept)
  }

  /// The oldest packet; nil when the queue is empty.
  func next() -> Packet? {
    guard let first = packets.popFirst() else { return nil }
    return Packet(owning: first)
  }

  private func free(_ packet: UnsafeMutablePointer<AVPacket>) {
    var packet: UnsafeMutablePointer<AVPacket>? = packet
    av_packet_free(&packet)
  }
}
