import CFFmpeg

/// All decisions about one output, made when its first frame is there.
struct EncodingPlan {
  let muxer: UnsafePointer<AVOutputFormat>
  let choice: EncoderChoice
  /// What is known of the pictures besides their pixels.
  let facts: CarriedFacts
  /// The size of the first frame, in pixels, which all others get.
  let width: Int
  let height: Int
  /// The other streams of the input, in their order.
  private(set) var streams: [StreamPlan]
  /// What encodes sound anew, by the input's stream.
  let transcoders: [Int: AudioTranscoder]
  /// Whether a stream is taken by the muxer only with `-strict experimental`.
  private(set) var isExperimental: Bool
  /// What will not be carried, in words.
  private(set) var losses: [String]
  /// Those of them that are about the pictures' facts.
  let factLosses: [FactLoss]

  /// FFmpeg's name of the muxer.
  var container: String { String(cString: muxer.pointee.name) }

  /// Decides, with the file's name in front of what goes wrong.
  ///
  /// As ``init(_:from:_:_:)``.
  static func make(
    _ frame: borrowing Frame, from chain: borrowing FilterChain, _ job: VideoJob,
    _ settings: EncodingSettings
  ) throws(FramePoolError) -> EncodingPlan {
    do throws(FramePoolError) {
      return try EncodingPlan(frame, from: chain, job, settings)
    } catch {
      throw FramePoolError(error.code, "\(job.input.path): \(error.message)", cause: error.cause)
    }
  }

  /// Decides.
  ///
  /// - Parameters:
  ///   - frame: The first frame that comes out of the filters; borrowed.
  ///   - chain: Where it came from; borrowed.
  ///   - job: What was asked for.
  ///   - settings: How it is to be encoded.
  /// - Throws: ``FramePoolError``: `refused` or `unsupported`.
  private init(
    _ frame: borrowing Frame, from chain: borrowing FilterChain, _ job: VideoJob,
    _ settings: EncodingSettings
  ) throws(FramePoolError) {
    let stream = chain.sampler.decoder.demuxer.stream
    let source = EncoderChoice.Source(frame, codec: stream.pointee.codecpar.pointee.codec_id)
    var audioEncoder: UnsafePointer<AVCodec>?
    if case .encode(let name) = settings.audio {
      audioEncoder = try EncoderCatalog.encoder(name, AVMEDIA_TYPE_AUDIO)
    }
    let planner = StreamPlanner(settings, source, audioEncoder)
    let carried: StreamPlanner.Result
    if let name = settings.container {
      muxer = try ContainerChoice.muxer(name)
      carried = planner.plan(chain, in: muxer)
    } else {
      (muxer, carried) = try Self.suitable(for: source, chain, job, settings, planner)
    }
    (streams, transcoders) = (carried.streams, carried.transcoders)
    isExperimental = carried.isExperimental
    choice = try EncoderChoice(settings, for: source, in: muxer, threads: job.threads)
    width = frame.width
    height = frame.height
    var losses = choice.losses
    for case .drop(let loss?) in streams.map(\.action) { losses.append(loss) }
    let container = String(cString: muxer.pointee.name)
    facts = CarriedFacts(frame, from: chain, job.rotation, container: container)
    factLosses = facts.losses(choice, container: container, from: chain)
    losses += factLosses.map(\.text)
    self.losses = losses
  }

  /// Leaves out what a muxer has refused all the same.
  ///
  /// - Parameter verdict: Its streams are the input's.
  /// - Returns: Whether anything changed.
  mutating func follow(_ verdict: HeaderTrial.Verdict) -> Bool {
    let isNews = !verdict.refused.isEmpty || verdict.isExperimental && !isExperimental
    guard isNews else { return false }
    isExperimental = isExperimental || verdict.isExperimental
    for index in streams.indices where verdict.refused.contains(streams[index].index) {
      streams[index].leaveOut("\(container) cannot hold it")
      if case .drop(let loss?) = streams[index].action { losses.append(loss) }
    }
    return true
  }

  /// The input's own container where it holds all there is, else Matroska.
  private static func suitable(
    for source: EncoderChoice.Source, _ chain: borrowing FilterChain, _ job: VideoJob,
    _ settings: EncodingSettings, _ planner: StreamPlanner
  ) throws(FramePoolError) -> (UnsafePointer<AVOutputFormat>, StreamPlanner.Result) {
    let matroska = try ContainerChoice.muxer("matroska")
    let own = try ContainerChoice.muxer(
      ContainerChoice.natural(
        demuxer: chain.sampler.decoder.demuxer.context.formatName,
        majorBrand: StreamInfo.tags(chain.sampler.decoder.demuxer.context.raw.pointee.metadata)[
          "major_brand"],
        path: job.input.path))
    let name = String(cString: own.pointee.name)
    let mine = planner.plan(chain, in: own)
    if name == "matroska" { return (own, mine) }
    if mine.lossCount > 0 {
      let everything = planner.plan(chain, in: matroska)
      if mine.lossCount > everything.lossCount { return (matroska, everything) }
    }
    let holdsPictures: Bool
    if let codec = settings.codec {
      let encoder = try EncoderCatalog.encoder(codec, AVMEDIA_TYPE_VIDEO)
      holdsPictures = EncoderChoice.canHold(encoder, in: own)
    } else if source.isLossless, !OutputContext.canHold(AV_CODEC_ID_FFV1, in: own) {
      holdsPictures = false
    } else {
      holdsPictures = !(source.pixelFormat.hasAlpha && name == "mp4")
    }
    return holdsPictures ? (own, mine) : (matroska, planner.plan(chain, in: matroska))
  }

  /// The same in words.
  func summary(of chain: borrowing FilterChain, size: Int64) -> OutputPlan {
    let stream = chain.sampler.decoder.demuxer.stream
    let info = StreamInfo.summary(of: stream, in: chain.sampler.decoder.demuxer.context)
    let decoded = OutputPlan.Stream(
      index: info.index, kind: "video", codec: info.codec, action: .encode,
      encoder: EncoderCatalog.name(choice.codec))
    let others = streams.map { plan in
      var result = OutputPlan.Stream(
        index: plan.index, kind: plan.kind, codec: plan.codec, action: .copy)
      switch plan.action {
      case .copy, .attach: break
      case .encode(let codec):
        result.action = .encode
        result.encoder = EncoderCatalog.name(codec)
      case .drop: result.action = .drop
      }
      return result
    }
    return OutputPlan(
      container: container, fileExtension: ContainerChoice.fileExtension(muxer),
      encoder: EncoderCatalog.name(choice.codec), pixelFormat: choice.pixelFormat.name,
      width: width, height: height, streams: (others + [decoded]).sorted { $0.index < $1.index },
      losses: losses, duration: info.duration,
      expectedFrames: info.duration.flatMap { duration in
        chain.frameRate.value.map { $0 * duration }
      },
      expectedBytes: choice.expectedBytes(
        width: width, height: height, inputSize: size, duration: info.duration,
        frameRate: chain.frameRate.value))
  }
}
