import CFFmpeg
import DequeModule

/// Frames to packets.
///
/// Each packet has the timestamp and the duration that its frame had, whatever time base the encoder
/// works in.
struct Encoder: ~Copyable {
  /// The open encoder.
  private(set) var context: EncoderContext
  /// The unit of the frames' and the packets' timestamps.
  let timeBase: Rational
  /// Nanoseconds spent in the codec.
  private(set) var nanoseconds: UInt64 = 0
  /// Frames so far.
  private(set) var frameCount = 0
  /// Frames whose timestamp was not after the one before, and was moved.
  private(set) var movedCount = 0
  /// Frames without a timestamp, which were given one.
  private(set) var untimedCount = 0

  /// How long a frame is shown that does not say, in units of the time base.
  let usualDuration: Ticks
  private let countsFrames: Bool
  /// The frames in the encoder.
  private var waiting: [Int64: Timing] = [:]
  /// Their keys, the oldest first; those of the last frames.
  private var order: Deque<Int64> = []
  /// Timestamps of the last frames by their number, for encoders that count frames.
  private var recent: [Int64: Ticks] = [:]
  private var last: Ticks?
  /// The first frame's time.
  private var first: Ticks?
  /// The last packet's decoding time.
  private var lastDTS: Ticks?

  private struct Timing {
    var pts: Ticks
    var duration: Ticks
  }

  /// More than any encoder holds back.
  private static let history = 1024

  /// Opens an encoder.
  ///
  /// - Parameters:
  ///   - codec: Which.
  ///   - options: Its options.
  ///   - frame: The first frame, already in the encoder's shape; borrowed.
  ///   - timeBase: The unit of the frames' timestamps.
  ///   - frameRate: 0/1 when unknown.
  ///   - threads: Codec threads.
  ///   - needsGlobalHeader: Whether the container wants the header apart from the packets.
  /// - Throws: ``FFmpegError``.
  init(
    _ codec: UnsafePointer<AVCodec>, options: [(name: String, value: String)],
    for frame: borrowing Frame, timeBase: Rational, frameRate: Rational, threads: Int,
    needsGlobalHeader: Bool
  ) throws(FFmpegError) {
    let start = MonotonicClock.now()
    let countsFrames = Self.frameCounters.contains(codec.pointee.id)
    // An encoder must be told something; FFmpeg's own tool says 25 too.
    let rate = frameRate.value == nil ? Rational(25, 1) : frameRate
    let unit = countsFrames ? Rational(rate.denominator, rate.numerator) : timeBase
    let raw = frame.raw.pointee
    let isInterlaced = shim_frame_is_interlaced(frame.raw) != 0
    let isTopFirst = shim_frame_is_top_field_first(frame.raw) != 0
    context = try EncoderContext(codec, options: options) { context in
      context.pointee.width = raw.width
      context.pointee.height = raw.height
      context.pointee.pix_fmt = AVPixelFormat(raw.format)
      context.pointee.sample_aspect_ratio = raw.sample_aspect_ratio
      context.pointee.color_range = raw.color_range
      context.pointee.color_primaries = raw.color_primaries
      context.pointee.color_trc = raw.color_trc
      context.pointee.colorspace = raw.colorspace
      context.pointee.chroma_sample_location = raw.chroma_location
      context.pointee.field_order =
        isInterlaced ? (isTopFirst ? AV_FIELD_TT : AV_FIELD_BB) : AV_FIELD_PROGRESSIVE
      context.pointee.time_base = unit.raw
      context.pointee.framerate = rate.raw
      context.pointee.thread_count = CInt(clamping: threads)
      if needsGlobalHeader {
        context.pointee.flags |= CInt(AV_CODEC_FLAG_GLOBAL_HEADER)
      }
    }
    self.timeBase = timeBase
    self.countsFrames = countsFrames
    usualDuration = max(
      Ticks(1),
      Ticks(1).rescaled(from: Rational(rate.denominator, rate.numerator), to: timeBase))
    nanoseconds = MonotonicClock.now() - start
  }

  /// Codecs whose encoders want a steady clock of whole frames: their bitstream has no finer one.
  private static let frameCounters: Set<AVCodecID> = [
    AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4, AV_CODEC_ID_H261,
    AV_CODEC_ID_H263, AV_CODEC_ID_H263P, AV_CODEC_ID_FLV1, AV_CODEC_ID_MSMPEG4V2,
    AV_CODEC_ID_MSMPEG4V3, AV_CODEC_ID_WMV1, AV_CODEC_ID_WMV2, AV_CODEC_ID_THEORA,
    AV_CODEC_ID_DIRAC, AV_CODEC_ID_DNXHD, AV_CODEC_ID_DVVIDEO,
  ]

  /// Hands a frame over.
  ///
  /// Only after ``next()`` has given nil.
  ///
  /// - Parameters:
  ///   - frame: In the shape of the first.
  ///   - pts: Its timestamp in the output; nil when it has none.
  ///   - duration: How long it is shown in the output; 0 when unknown.
  /// - Throws: ``FFmpegError``.
  mutating func send(
    _ frame: consuming Frame, pts: Ticks?, duration: Ticks
  ) throws(FFmpegError) {
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    let duration = duration > .zero ? duration : usualDuration
    let time = follow(pts)
    let key = countsFrames ? Int64(frameCount) : time.field
    remember(Timing(pts: time, duration: duration), as: key)
    if countsFrames {
      recent[key] = time
      recent[key &- Int64(Self.history)] = nil
    }
    frameCount += 1
    frame.raw.pointee.pts = key
    // The encoder decides which frames are keyframes, not the one who made the input.
    frame.raw.pointee.pict_type = AV_PICTURE_TYPE_NONE
    try context.send(frame)
  }

  /// Frames whose packets have not come, of the last ones.
  var heldCount: Int { waiting.count }

  /// Says that no frame follows.
  ///
  /// - Throws: ``FFmpegError``.
  mutating func drain() throws(FFmpegError) {
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    try context.drain()
  }

  /// The next packet, with the frame's own timestamp; nil when a frame is wanted or all is out.
  ///
  /// - Throws: ``FFmpegError``.
  mutating func next() throws(FFmpegError) -> Packet? {
    let start = MonotonicClock.now()
    defer { nanoseconds += MonotonicClock.now() - start }
    guard let packet = try context.receive() else { return nil }
    let raw = packet.raw
    if raw.pointee.pts == shim_nopts { raw.pointee.pts = raw.pointee.dts }
    if raw.pointee.dts == shim_nopts { raw.pointee.dts = raw.pointee.pts }
    if countsFrames { raw.pointee.dts = time(of: raw.pointee.dts).field }
    if let timing = waiting.removeValue(forKey: raw.pointee.pts) {
      raw.pointee.pts = timing.pts.field
      raw.pointee.duration = timing.duration.count
    }
    mendDecodingTime(of: packet)
    return packet
  }

  /// Replaces a decoding time that cannot be one: x265 gives any number for a video of one frame.
  ///
  /// What is after the frame's own time becomes the middle one of that, of itself and of what follows the
  /// last, as in FFmpeg's own tool.
  private mutating func mendDecodingTime(of packet: borrowing Packet) {
    let raw = packet.raw
    let (pts, dts) = (Ticks(raw.pointee.pts), Ticks(raw.pointee.dts))
    let earliest = lastDTS.map { $0 + Ticks(1) }
    // No encoder holds back so many frames before the first.
    let reach = Ticks(usualDuration.count.saturatingMultiply(64))
    if dts > pts {
      raw.pointee.dts = min(pts, earliest ?? pts).field
    } else if let first, lastDTS == nil, dts < first - reach {
      raw.pointee.dts = pts.field
    }
    lastDTS = Ticks(raw.pointee.dts)
  }

  /// When frame number `count` was, or would have been before the first.
  private func time(of count: Int64) -> Ticks {
    recent[count]
      ?? (recent[0] ?? .zero) + Ticks(count.saturatingMultiply(usualDuration.count))
  }

  /// Keeps a frame's times until its packet comes.
  ///
  /// Of the last frames only: some encoders drop frames, whose packets never come.
  private mutating func remember(_ timing: Timing, as key: Int64) {
    waiting[key] = timing
    order.append(key)
    while order.count > Self.history { waiting[order.removeFirst()] = nil }
  }

  /// A frame's time, made to follow the one before.
  private mutating func follow(_ pts: Ticks?) -> Ticks {
    var time: Ticks
    if let pts {
      time = pts
    } else {
      untimedCount += 1
      time = last.map { $0 + usualDuration } ?? .zero
    }
    if let last, time <= last {
      movedCount += 1
      time = last + Ticks(1)
    }
    last = time
    first = first ?? time
    return time
  }
}
