import CFFmpeg

/// Which streams a muxer takes together, found out by having it write its header into nothing, and its
/// trailer after the first packets.
///
/// Muxers refuse some codecs, parameters and numbers of streams only there, and then the whole file.
struct HeaderTrial {
  /// Streams as they would go into the file: those of a context that is not written.
  private let model: UnsafeMutablePointer<AVFormatContext>
  /// Their first packets, as far as they are known.
  private let packets: [Int: UnsafeMutablePointer<AVPacket>]

  /// What came out.
  struct Verdict {
    /// The streams that are refused, by their index.
    var refused: Set<Int> = []
    /// Whether the others are taken only with `-strict experimental`.
    var isExperimental = false
  }

  /// - Parameters:
  ///   - model: Borrowed, only read.
  ///   - packets: The first ones of its streams, by their index; borrowed, only read.
  init(
    of model: UnsafeMutablePointer<AVFormatContext>,
    packets: [Int: UnsafeMutablePointer<AVPacket>] = [:]
  ) {
    self.model = model
    self.packets = packets
  }

  /// Tries.
  ///
  /// One header is written where nothing is refused. Otherwise the streams are added one by one, so that
  /// the first of several that exclude each other are taken.
  ///
  /// - Parameter main: The index of the stream without which there is no file.
  /// - Returns: The verdict; none about `main`.
  func verdict(beside main: Int) -> Verdict {
    let all = Array(0..<Int(model.pointee.nb_streams))
    return FFmpegLog.hearingInputOnly {
      for isExperimental in [false, true] where takes(all, isExperimental, toTheEnd: true) {
        return Verdict(isExperimental: isExperimental)
      }
      var verdict = Verdict()
      // A stand-in for the main stream may lack what the muxer wants to know of it, or its packets.
      let toTheEnd = takes([main], false, toTheEnd: true)
      var taken = toTheEnd || takes([main], false, toTheEnd: false) ? [main] : []
      for index in all where index != main {
        let next = (taken + [index]).sorted()
        if takes(next, verdict.isExperimental, toTheEnd: toTheEnd) {
          taken = next
        } else if !verdict.isExperimental, takes(next, true, toTheEnd: toTheEnd) {
          taken = next
          verdict.isExperimental = true
        } else {
          verdict.refused.insert(index)
        }
      }
      return verdict
    }
  }

  /// Writes a header with some of the streams, and if asked to their packets and a trailer.
  private func takes(_ streams: [Int], _ isExperimental: Bool, toTheEnd: Bool) -> Bool {
    var made: UnsafeMutablePointer<AVFormatContext>?
    guard avformat_alloc_output_context2(&made, model.pointee.oformat, nil, nil) >= 0, let made
    else { return false }
    let io = shim_open_discarding()
    defer {
      avformat_free_context(made)
      if let io { shim_close_descriptor(io) }
    }
    made.pointee.pb = io
    made.pointee.strict_std_compliance =
      isExperimental ? FF_COMPLIANCE_EXPERIMENTAL : model.pointee.strict_std_compliance
    for index in streams {
      guard let source = model.pointee.streams[index] else { continue }
      let stream = allocated(avformat_new_stream(made, nil))
      guard avcodec_parameters_copy(stream.pointee.codecpar, source.pointee.codecpar) >= 0 else {
        return false
      }
      stream.pointee.time_base = source.pointee.time_base
      stream.pointee.avg_frame_rate = source.pointee.avg_frame_rate
      stream.pointee.sample_aspect_ratio = source.pointee.sample_aspect_ratio
      stream.pointee.disposition = source.pointee.disposition
      av_dict_copy(&stream.pointee.metadata, source.pointee.metadata, 0)
    }
    guard avformat_write_header(made, nil) >= 0 else { return false }
    guard toTheEnd else { return true }
    for (position, index) in streams.enumerated() {
      guard let source = packets[index] else { continue }
      let packet = Packet()
      guard av_packet_ref(packet.raw, source) >= 0 else { continue }
      packet.raw.pointee.stream_index = CInt(position)
      (packet.raw.pointee.pts, packet.raw.pointee.dts) = (0, 0)
      // One that is refused is no reason against those that follow.
      _ = av_interleaved_write_frame(made, packet.raw)
    }
    return av_write_trailer(made) >= 0
  }
}
