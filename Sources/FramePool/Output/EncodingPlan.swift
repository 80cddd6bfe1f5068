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
  let streams: [StreamPlan]
  /// What will not be carried, in words.
  let losses: [String]

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
    if let name = settings.container {
      muxer = try ContainerChoice.muxer(name)
      streams = Self.streams(of: chain, settings, muxer, audioEncoder)
    } else {
      (muxer, streams) = try Self.suitable(for: source, chain, job, settings, audioEncoder)
    }
    choice = try EncoderChoice(settings, for: source, in: muxer, threads: job.threads)
    width = frame.width
    height = frame.height
    var losses = choice.losses
    for case .drop(let loss?) in streams.map(\.action) { losses.append(loss) }
    facts = CarriedFacts(frame, of: stream, job.rotation)
    losses += facts.losses(encoder: choice.codec, container: String(cString: muxer.pointee.name))
    self.losses = losses
  }

  /// The input's own container where it holds all there is, else Matroska.
  private static func suitable(
    for source: EncoderChoice.Source, _ chain: borrowing FilterChain, _ job: VideoJob,
    _ settings: EncodingSettings, _ audioEncoder: UnsafePointer<AVCodec>?
  ) throws(FramePoolError) -> (UnsafePointer<AVOutputFormat>, [StreamPlan]) {
    let matroska = try ContainerChoice.muxer("matroska")
    let everything = streams(of: chain, settings, matroska, audioEncoder)
    let own = try ContainerChoice.muxer(
      ContainerChoice.natural(
        demuxer: chain.sampler.decoder.demuxer.context.formatName,
        majorBrand: StreamInfo.tags(chain.sampler.decoder.demuxer.context.raw.pointee.metadata)[
          "major_brand"],
        path: job.input.path))
    let name = String(cString: own.pointee.name)
    let mine = streams(of: chain, settings, own, audioEncoder)
    func lost(_ streams: [StreamPlan]) -> Int {
      streams.count {
        if case .drop(_?) = $0.action { true } else { false }
      }
    }
    if lost(mine) > lost(everything) { return (matroska, everything) }
    if let codec = settings.codec {
      let encoder = try EncoderCatalog.encoder(codec, AVMEDIA_TYPE_VIDEO)
      if !EncoderChoice.canHold(encoder, in: own) { return (matroska, everything) }
    } else if source.isLossless, !OutputContext.canHold(AV_CODEC_ID_FFV1, in: own) {
      return (matroska, everything)
    } else if source.pixelFormat.hasAlpha, name == "mp4" {
      return (matroska, everything)
    }
    return (own, mine)
  }

  private static func streams(
    of chain: borrowing FilterChain, _ settings: EncodingSettings,
    _ muxer: UnsafePointer<AVOutputFormat>, _ audioEncoder: UnsafePointer<AVCodec>?
  ) -> [StreamPlan] {
    let chosen = chain.sampler.decoder.demuxer.streamIndex
    var plans: [StreamPlan] = []
    for index in 0..<chain.sampler.decoder.demuxer.context.streamCount where index != chosen {
      guard let stream = chain.sampler.decoder.demuxer.context.stream(index) else { continue }
      plans.append(
        StreamPlan(
          stream, of: chain.sampler.decoder.demuxer.context, settings, in: muxer,
          audioEncoder: audioEncoder))
    }
    return plans
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
