import CFFmpeg
import Glibc
import SystemPackage

/// Packets to frames.
///
/// Owns the demuxer before it.
struct Decoder: ~Copyable, FrameStage {
  /// Where the packets come from.
  private(set) var demuxer: Demuxer
  private let context: DecoderContext
  private let path: FilePath
  /// Whether other frames are passed over.
  let keyframesOnly: Bool
  private let hasAlphaDecoder: Bool
  private var isDraining = false
  private var isDone = false
  private var skimEnd: Ticks?

  /// Frames given so far.
  private(set) var frameCount = 0
  /// Packets that the decoder rejected, and frames that it marked as damaged.
  private(set) var errorCount = 0
  /// Whether times are made from the frame rate; not where frames are passed over.
  private let isBare: Bool
  /// Frames without a timestamp, which were given one by the frame rate.
  private(set) var untimedCount = 0
  /// When the last frame is over.
  private var nextTime: Ticks?
  /// The last status with which it rejected one.
  private(set) var lastError: FFmpegError?
  /// What Matroska stored beside the packets.
  private(set) var additions = BlockAdditions()
  /// Nanoseconds spent in the codec, without reading.
  private(set) var nanoseconds: UInt64 = 0

  /// Opens the decoder for the demuxer's stream.
  ///
  /// - Parameters:
  ///   - demuxer: The stage before; owned from here on.
  ///   - path: The file, for messages.
  ///   - threads: Codec threads.
  ///   - keyframesOnly: Whether other frames are passed over.
  ///   - alpha: Whether alpha is decoded that lies beside the pictures, as in WebM: FFmpeg's own
  ///     decoders leave it aside.
  /// - Throws: ``FramePoolError``: `unsupported` without a decoder, `corrupt` when the stream's
  ///   parameters are refused by it.
  init(
    reading demuxer: consuming Demuxer, path: FilePath, threads: Int, keyframesOnly: Bool = false,
    alpha: Bool = false
  ) throws(FramePoolError) {
    let start = MonotonicClock.now()
    let alphaDecoder = alpha ? AlphaDecoder.find(for: &demuxer) : nil
    let stream = demuxer.stream
    isBare = demuxer.context.isBareStream && !keyframesOnly
    let maxPixels = demuxer.options.maxPixels
    do throws(FFmpegError) {
      context = try DecoderContext(
        for: stream, threads: threads, maxPixels: maxPixels, keyframesOnly: keyframesOnly,
        decoder: alphaDecoder)
    } catch {
      let codec = StreamInfo.codecName(stream)
      if error.code == .decoderNotFound {
        throw FramePoolError(
          .unsupported, "\(path): FFmpeg has no decoder for its video codec, \(codec)")
      }
      if error.code.isShortage {
        throw FramePoolError(
          .outOfMemory, "\(path): the \(codec) decoder cannot be opened: \(error.code.shortage)")
      }
      throw FramePoolError(
        .corrupt, "\(path): the \(codec) decoder refuses the stream's header", cause: error)
    }
    hasAlphaDecoder = alphaDecoder != nil
    self.keyframesOnly = keyframesOnly
    self.path = path
    self.demuxer = demuxer
    nanoseconds = MonotonicClock.now() - start
  }

  var timeBase: Rational { demuxer.timeBase }

  /// Begins anew at the last keyframe at or before a time.
  ///
  /// - Parameter time: In units of the stream's time base.
  /// - Returns: Whether the container could go there; where it could not, nothing is known of what
  ///   comes next.
  mutating func restart(atKeyframeBefore time: Ticks) -> Bool {
    guard demuxer.seek(toKeyframeBefore: time) else { return false }
    avcodec_flush_buffers(context.raw)
    isDraining = false
    isDone = false
    nextTime = nil
    return true
  }

  /// Decodes only what is needed to see that frames can be decoded: no smoothing of block edges,
  /// and before a time no frames that no other refers to.
  ///
  /// - Parameters:
  ///   - time: In units of the stream's time base; nil for no such time.
  ///   - exactly: Whether the frames' samples matter.
  mutating func skim(until time: Ticks?, exactly: Bool) {
    if !exactly { context.raw.pointee.skip_loop_filter = AVDISCARD_ALL }
    skimEnd = time
  }

  /// As ``Demuxer/findCarriedStarts()``.
  mutating func findCarriedStarts() {
    demuxer.findCarriedStarts()
  }

  /// As ``Demuxer/readCarried(until:)``.
  mutating func readCarried(until time: Ticks) {
    demuxer.readCarried(until: time)
  }

  mutating func next() throws(FramePoolError) -> Frame? {
    if isDone { return nil }
    let frame = Frame()
    var start = MonotonicClock.now()
    while true {
      let status = avcodec_receive_frame(context.raw, frame.raw)
      switch FFmpegError.Code(rawValue: status) {
      case .again:
        // EAGAIN while draining would be against the API; treating it as the end cannot loop.
        if isDraining { fallthrough }
        nanoseconds += MonotonicClock.now() - start
        let packet = try nextPacket()
        start = MonotonicClock.now()
        send(packet)
      case .endOfFile:
        nanoseconds += MonotonicClock.now() - start
        isDone = true
        return nil
      case .noMemory:
        throw FramePoolError(.outOfMemory, "\(path): memory ran out while decoding")
      case let code where status < 0:
        // As FFmpeg's own tools do: count it and go on with the next packet.
        note(code, "avcodec_receive_frame")
        if !isDraining {
          nanoseconds += MonotonicClock.now() - start
          let packet = try nextPacket()
          start = MonotonicClock.now()
          send(packet)
        }
      default:
        nanoseconds += MonotonicClock.now() - start
        // FFmpeg's own limit is a little higher: it counts the edges that a decoder adds.
        guard PixelLimit.allows(frame.width, frame.height, demuxer.options.maxPixels) else {
          throw PixelLimit.error(path, frame.width, frame.height, demuxer.options.maxPixels)
        }
        frameCount += 1
        frame.dropForeignNotes()
        if frame.isDamaged { errorCount += 1 }
        frame.raw.pointee.pts = frame.raw.pointee.best_effort_timestamp
        giveTime(to: frame)
        // The container's word on the pixels' shape comes before the codec's, as in FFmpeg's tools.
        let aspectRatio = demuxer.stream.pointee.sample_aspect_ratio
        if aspectRatio.num > 0 { frame.raw.pointee.sample_aspect_ratio = aspectRatio }
        return frame
      }
    }
  }

  /// Makes a time for a frame that has none.
  ///
  /// As FFmpeg's own tool does: the frame before it says when it is over. Bare streams have no times at
  /// all, and begin at 0.
  private mutating func giveTime(to frame: borrowing Frame) {
    let stream = demuxer.stream
    if isBare {
      frame.raw.pointee.pts = (nextTime ?? .zero).field
    } else if frame.raw.pointee.pts == shim_nopts {
      let hasNoTimes = demuxer.context.raw.pointee.start_time == shim_nopts
      guard
        let time = nextTime ?? Ticks(known: stream.pointee.start_time)
          ?? (hasNoTimes ? .zero : nil)
      else { return }
      frame.raw.pointee.pts = time.field
      untimedCount += 1
    }
    guard let time = frame.time else { return }
    var length = frame.length
    if length == .zero || isBare {
      let rate = av_guess_frame_rate(demuxer.context.raw, stream, frame.raw)
      guard rate.num > 0, rate.den > 0 else { return nextTime = nil }
      // In halves: fields may be shown more than once (`repeat_pict`).
      let halves = Int64(2).saturatingAdd(Int64(max(0, min(frame.raw.pointee.repeat_pict, 8))))
      let half = Rational(rate.den, rate.num.saturatingMultiply(2))
      length = Ticks(halves).rescaled(from: half, to: timeBase)
    }
    nextTime = time + length
  }

  /// The next packet to decode.
  ///
  /// - Throws: ``FramePoolError`` for an encrypted one: what a decoder makes of it is no picture.
  private mutating func nextPacket() throws(FramePoolError) -> Packet? {
    let packet = demuxer.next()
    if demuxer.sawEncryption { throw FramePoolError(encrypted: path) }
    return packet
  }

  /// Gives the decoder a packet, or the end of the stream.
  private mutating func send(_ packet: consuming Packet?) {
    let status: CInt
    if let packet {
      additions.add(packet)
      if hasAlphaDecoder, isTooLarge(packet) { return }
      // Where the decoder does not tell keyframes itself, the container's word must do.
      if keyframesOnly, !packet.isKeyframe, !context.passesOverOtherFrames { return }
      if let skimEnd, let time = packet.time {
        context.raw.pointee.skip_frame = time < skimEnd ? AVDISCARD_NONREF : AVDISCARD_DEFAULT
      }
      status = avcodec_send_packet(context.raw, packet.raw)
    } else {
      isDraining = true
      status = avcodec_send_packet(context.raw, nil)
    }
    if status < 0, status != shim_averror_eof {
      note(.init(rawValue: status), "avcodec_send_packet")
    }
  }

  /// Whether libvpx would allocate pictures that are larger than allowed; that is noted as the error
  /// that FFmpeg's own decoders give.
  private mutating func isTooLarge(_ packet: borrowing Packet) -> Bool {
    let pixels = VPXHeader.pixels(of: packet, demuxer.stream.pointee.codecpar.pointee.codec_id)
    guard pixels > PixelLimit.withEdges(demuxer.options.maxPixels) else { return false }
    FFmpegLog.record(
      "[\(context.name)] a picture of \(pixels) pixels exceeds specified max pixel count",
      level: AV_LOG_ERROR, isInput: true)
    note(.init(rawValue: shim_averror(EINVAL)), "avcodec_send_packet")
    return true
  }

  private mutating func note(_ code: FFmpegError.Code, _ function: String) {
    errorCount += 1
    lastError = FFmpegError(code: code, function: function, logLine: FFmpegLog.lastErrorLine())
  }
}
