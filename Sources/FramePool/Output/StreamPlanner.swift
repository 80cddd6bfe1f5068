import CFFmpeg

/// Decides what happens to all the streams of an input that are not decoded, by what a muxer takes
/// together.
struct StreamPlanner {
  /// What was decided.
  struct Result {
    /// In the input's order.
    var streams: [StreamPlan]
    /// What encodes sound anew, by the input's stream.
    var transcoders: [Int: AudioTranscoder] = [:]
    /// Whether a stream is taken only with `-strict experimental`.
    var isExperimental = false

    /// How many streams are left out that nobody wanted left out.
    var lossCount: Int {
      streams.count {
        if case .drop(_?) = $0.action { true } else { false }
      }
    }
  }

  private let settings: EncodingSettings
  private let source: EncoderChoice.Source
  private let audioEncoder: UnsafePointer<AVCodec>?

  /// - Parameters:
  ///   - settings: What was asked for.
  ///   - source: What is known of the pictures that are encoded.
  ///   - audioEncoder: For sound that is to be encoded anew.
  init(
    _ settings: EncodingSettings, _ source: EncoderChoice.Source,
    _ audioEncoder: UnsafePointer<AVCodec>?
  ) {
    self.settings = settings
    self.source = source
    self.audioEncoder = audioEncoder
  }

  /// Decides.
  ///
  /// - Parameters:
  ///   - chain: The input; borrowed.
  ///   - muxer: Where it goes.
  /// - Returns: What was decided.
  func plan(
    _ chain: borrowing FilterChain, in muxer: UnsafePointer<AVOutputFormat>
  ) -> Result {
    let chosen = chain.sampler.decoder.demuxer.streamIndex
    var result = Result(streams: [])
    for index in 0..<chain.sampler.decoder.demuxer.context.streamCount where index != chosen {
      guard let stream = chain.sampler.decoder.demuxer.context.stream(index) else { continue }
      var plan = StreamPlan(
        stream, of: chain.sampler.decoder.demuxer.context, settings, in: muxer,
        audioEncoder: audioEncoder,
        isEncrypted: chain.sampler.decoder.demuxer.encryptedStreams.contains(index))
      if case .encode(let codec) = plan.action {
        result.transcoders[index] = transcoder(stream, codec, muxer, &plan)
      }
      result.streams.append(plan)
    }
    try? tryHeader(chain, muxer, &result)
    return result
  }

  /// Opens what encodes sound anew; where that cannot be, the stream is left out.
  private func transcoder(
    _ stream: UnsafeMutablePointer<AVStream>, _ codec: UnsafePointer<AVCodec>,
    _ muxer: UnsafePointer<AVOutputFormat>, _ plan: inout StreamPlan
  ) -> AudioTranscoder? {
    let before = FFmpegLog.counts()
    do throws(FFmpegError) {
      return try AudioTranscoder(
        stream, to: codec,
        needsGlobalHeader: muxer.pointee.flags & AVFMT_GLOBALHEADER != 0)
    } catch {
      // What a decoder says that is not used is nothing about the video.
      FFmpegLog.restore(before)
      plan.leaveOut(
        error.code == .decoderNotFound
          ? "FFmpeg has no decoder for it here"
          : "it cannot be encoded by \(EncoderCatalog.name(codec)) (\(error.code))")
      return nil
    }
  }

  /// Leaves out what the muxer refuses in its header.
  private func tryHeader(
    _ chain: borrowing FilterChain, _ muxer: UnsafePointer<AVOutputFormat>, _ result: inout Result
  ) throws(FFmpegError) {
    guard result.streams.contains(where: \.isCarried) else { return }
    var made: UnsafeMutablePointer<AVFormatContext>?
    try check(
      avformat_alloc_output_context2(&made, muxer, nil, nil), "avformat_alloc_output_context2")
    let model = allocated(made)
    defer { avformat_free_context(model) }
    addVideo(to: model, chain, muxer)
    var carried: [Int] = []
    for (position, plan) in result.streams.enumerated() where plan.isCarried {
      guard let input = chain.sampler.decoder.demuxer.context.stream(plan.index) else { continue }
      let stream = allocated(avformat_new_stream(model, nil))
      carried.append(position)
      switch plan.action {
      case .copy:
        try Carriage.describe(stream, asCopyOf: input, in: model)
        av_dict_copy(&stream.pointee.metadata, input.pointee.metadata, 0)
      case .attach:
        Carriage.describe(stream, asAttachmentOf: input)
        av_dict_set(&stream.pointee.metadata, "filename", "cover", 0)
        av_dict_set(&stream.pointee.metadata, "mimetype", "image/jpeg", 0)
      case .encode:
        guard let transcoder = result.transcoders[plan.index] else { continue }
        try check(
          avcodec_parameters_from_context(stream.pointee.codecpar, transcoder.context),
          "avcodec_parameters_from_context")
        stream.pointee.time_base = transcoder.timeBase.raw
      case .drop: break
      }
    }
    let plans = carried.map { result.streams[$0] }
    let verdict = chain.sampler.decoder.demuxer.carried.withFirstPackets { first in
      var packets: [Int: UnsafeMutablePointer<AVPacket>] = [:]
      for (position, plan) in plans.enumerated() where plan.action == .copy {
        packets[position + 1] = first[plan.index]
      }
      return HeaderTrial(of: model, packets: packets).verdict(beside: 0)
    }
    result.isExperimental = verdict.isExperimental
    for index in verdict.refused where index > 0 {
      let position = carried[index - 1]
      result.transcoders[result.streams[position].index] = nil
      result.streams[position].leaveOut("\(String(cString: muxer.pointee.name)) cannot hold it")
    }
  }

  /// A stand-in for the encoded video, whose encoder is not open yet.
  private func addVideo(
    to model: UnsafeMutablePointer<AVFormatContext>, _ chain: borrowing FilterChain,
    _ muxer: UnsafePointer<AVOutputFormat>
  ) {
    let choice = try? EncoderChoice(settings, for: source, in: muxer, threads: 1)
    let stream = allocated(avformat_new_stream(model, nil))
    let parameters = allocated(stream.pointee.codecpar)
    parameters.pointee.codec_type = AVMEDIA_TYPE_VIDEO
    parameters.pointee.codec_id = choice?.codec.pointee.id ?? muxer.pointee.video_codec
    parameters.pointee.format = choice?.pixelFormat.rawValue ?? source.pixelFormat.rawValue
    parameters.pointee.width = CInt(clamping: source.width)
    parameters.pointee.height = CInt(clamping: source.height)
    stream.pointee.time_base = chain.timeBase.raw
    stream.pointee.avg_frame_rate = chain.frameRate.raw
  }
}
