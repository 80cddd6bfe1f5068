import CFFmpeg
import SystemPackage

/// What cannot be known of a container's other streams from its first seconds, because they begin later:
/// a broadcast's second sound, a camera's microphone that is switched on.
///
/// A header must say it before the first packet is written.
enum LateStreams {
  /// How far into the file they are looked for, in bytes: some half a minute of a broadcast.
  private static let limit: Int64 = 64 << 20

  /// Packets of one stream that are tried.
  private static let attempts = 16

  /// Reads the file a second time, up to the first packets of these streams, and fills in what their
  /// decoders say.
  ///
  /// What is not found stays as it is.
  ///
  /// - Parameters:
  ///   - streams: By their index.
  ///   - context: Where they are filled in; not read from.
  ///   - path: The same file.
  ///   - options: Those that it was opened with.
  static func complete(
    _ streams: [Int], of context: borrowing InputContext, _ path: FilePath,
    _ options: Demuxer.Options
  ) {
    // What is wrong with the file is found by whoever reads all of it.
    let before = FFmpegLog.counts()
    defer { FFmpegLog.restore(before) }
    guard
      let other = try? InputContext(opening: path, allowPlaylists: options.allowPlaylists)
    else { return }
    var probes: [Int: Probe] = [:]
    for index in streams { probes[index] = Probe() }
    let packet = Packet()
    while !probes.isEmpty, other.raw.pointee.pb.map({ $0.pointee.pos < limit }) ?? false {
      // Streams may come up on the way.
      for index in 0..<other.streamCount where probes[index] == nil {
        other.stream(index)?.pointee.discard = AVDISCARD_ALL
      }
      let status = av_read_frame(other.raw, packet.raw)
      if status == shim_averror(EAGAIN) { continue }
      guard status >= 0 else { return }
      let index = packet.streamIndex
      if let probe = probes[index], let found = other.stream(index),
        let target = context.stream(index), found.pointee.id == target.pointee.id,
        probe.complete(target, from: found, packet, options.maxPixels) || probe.tries >= attempts
      {
        probes[index] = nil
      }
      av_packet_unref(packet.raw)
    }
  }

  /// A decoder that has had the first packets of a stream.
  private final class Probe {
    private var decoder: DecoderContext?
    private(set) var tries = 0

    /// Decodes a packet.
    ///
    /// - Returns: Whether it is known now what the stream is like, and filled in.
    func complete(
      _ target: UnsafeMutablePointer<AVStream>, from stream: UnsafeMutablePointer<AVStream>,
      _ packet: borrowing Packet, _ maxPixels: Int
    ) -> Bool {
      tries += 1
      if decoder == nil {
        decoder = try? DecoderContext(
          for: stream, threads: 1, maxPixels: maxPixels, keyframesOnly: false)
      }
      guard let raw = decoder?.raw else { return false }
      let frame = Frame()
      guard avcodec_send_packet(raw, packet.raw) >= 0, avcodec_receive_frame(raw, frame.raw) >= 0,
        avcodec_parameters_from_context(target.pointee.codecpar, raw) >= 0
      else { return false }
      return StreamInfo.isComplete(target)
    }
  }
}
