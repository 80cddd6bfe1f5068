import CFFmpeg

/// What a file is, as its container says.
public struct Probe: Codable, Hashable, Sendable {
  /// One stream of the container.
  public struct Stream: Codable, Hashable, Sendable {
    /// Its index, as `--stream` takes it.
    public var index: Int
    /// `video`, `audio`, `subtitle`, `data` or `attachment`.
    public var kind: String
    /// The codec's name.
    public var codec: String
    /// Pixels in a row; nil for what is no picture.
    public var width: Int?
    /// Rows; nil for what is no picture.
    public var height: Int?
    /// The pixel format's name.
    public var pixelFormat: String?
    /// Frames per second on average.
    public var frameRate: Double?
    /// Degrees clockwise to upright: 0 to 359.
    public var rotation: Int?
    /// The width of a pixel over its height, for example `16:15`.
    public var sampleAspectRatio: String?
    /// Samples per second of audio.
    public var sampleRate: Int?
    /// Audio channels.
    public var channels: Int?
    /// The language, as tagged.
    public var language: String?
    /// Seconds per timestamp unit, for example `1/12800`.
    public var timeBase: String
    /// Seconds; nil when the container does not say.
    public var duration: Double?
    /// Frames as the container declares them, which is not always true.
    public var declaredFrames: Int?
    /// Whether it is a cover picture and not a video.
    public var isAttachedPicture: Bool
    /// Whether it is the one that `vidproc run` would take.
    public var isChosen: Bool
  }

  /// The file.
  public var input: InputPath
  /// FFmpeg's name for the container's format.
  public var container: String
  /// Seconds; nil when the container does not say.
  public var duration: Double?
  /// Bits per second.
  public var bitRate: Int?
  /// Chapters.
  public var chapters: Int
  /// The container's tags.
  public var tags: [String: String]
  /// The streams in the container's order.
  public var streams: [Stream]
}

extension Probe {
  init(_ context: borrowing InputContext, path: InputPath) {
    let chosen = try? Demuxer.chooseStream(in: context, path.path, requested: nil)
    let raw = context.raw.pointee
    var streams: [Stream] = []
    for index in 0..<context.streamCount {
      guard let stream = context.stream(index) else { continue }
      streams.append(Stream(stream, in: context, isChosen: index == chosen))
    }
    self.init(
      input: path, container: context.formatName,
      duration: raw.duration == shim_nopts ? nil : Double(raw.duration) / Double(AV_TIME_BASE),
      bitRate: raw.bit_rate > 0 ? Int(raw.bit_rate) : nil, chapters: Int(raw.nb_chapters),
      tags: Dictionary(
        uniqueKeysWithValues: StreamInfo.tags(raw.metadata).sorted { $0.key < $1.key }
          .prefix(WorkerClaims.longestList)
          .map { ($0.key, $0.value.cut(to: WorkerClaims.longestText)) }), streams: streams)
  }
}

extension Probe.Stream {
  fileprivate init(
    _ stream: UnsafeMutablePointer<AVStream>, in context: borrowing InputContext, isChosen: Bool
  ) {
    let parameters = stream.pointee.codecpar.pointee
    let timeBase = Rational(stream.pointee.time_base)
    let kind = av_get_media_type_string(parameters.codec_type).map { String(cString: $0) }
    self.init(
      index: Int(stream.pointee.index), kind: kind ?? "data",
      codec: StreamInfo.codecName(stream), timeBase: timeBase.description,
      duration: stream.pointee.duration == shim_nopts
        ? nil : timeBase.seconds(stream.pointee.duration),
      declaredFrames: stream.pointee.nb_frames > 0 ? Int(stream.pointee.nb_frames) : nil,
      isAttachedPicture: stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0,
      isChosen: isChosen)
    language = StreamInfo.tags(stream.pointee.metadata)["language"]?.cut(to: 64)
    switch parameters.codec_type {
    case AVMEDIA_TYPE_VIDEO:
      let summary = StreamInfo.summary(of: stream, in: context)
      width = summary.width
      height = summary.height
      pixelFormat = summary.pixelFormat
      frameRate = summary.frameRate
      rotation = summary.rotation
      let ratio = parameters.sample_aspect_ratio
      if ratio.num > 0, ratio.den > 0 { sampleAspectRatio = "\(ratio.num):\(ratio.den)" }
    case AVMEDIA_TYPE_AUDIO:
      sampleRate = Int(parameters.sample_rate)
      channels = Int(shim_channel_count(stream.pointee.codecpar))
    default: break
    }
  }
}
