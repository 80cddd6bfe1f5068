import CFFmpeg

/// What goes into an output beside the encoded pictures: other streams, tags, chapters, marks.
struct Carriage {
  /// The outputs' streams, by the inputs'.
  private var indices: [Int: Int] = [:]
  private let streams: [StreamPlan]
  private let videoStream: Int
  /// What the output should say about each of its streams, by their index.
  private(set) var expected: [ExpectedStream] = []
  /// Cover pictures that go over as they are: their streams in the input and the output.
  private(set) var covers: [(source: Int, target: Int)] = []
  /// The delays that the muxer does not write by itself.
  private(set) var delays = CodecDelay()
  /// By how many nanoseconds the packets of a stream of the output must be written later.
  private(set) var offsets: [Int: Int64] = [:]
  /// When the sound begins of which more is there than is heard, in the output's time and the unit of
  /// the input's stream, by that; packets before it are left out.
  private(set) var cuts: [Int: Ticks] = [:]
  /// The streams whose beginning before zero is padding, of which Matroska is told.
  private var padded: Set<Int> = []
  /// Those that encode sound anew, by the input's stream.
  private(set) var transcoders: [Int: AudioTranscoder] = [:]
  private var coverNames: CoverNames
  private let timecode: CarriedTimecode
  /// The tags of the whole file.
  let tags: [String: String]
  /// Chapters.
  private(set) var chapterCount = 0

  /// What a stream of the output should be like.
  struct ExpectedStream {
    var codec: AVCodecID
    var kind: String
    /// Its index in the input.
    var source: Int
    var tags: [String: String]
    var disposition: CInt
    var sideData: [CarriedFacts.Item]
    /// Whether it has packets.
    var hasPackets: Bool
    /// The shape of its pixels; 0/1 when it does not say.
    var aspectRatio: Rational

    /// The stream in words, for what is said of it.
    var name: String { "\(kind) stream \(source) (\(String(cString: avcodec_get_name(codec))))" }
  }

  init(_ plan: EncodingPlan, of chain: borrowing FilterChain) {
    streams = plan.streams
    transcoders = plan.transcoders
    timecode = plan.facts.timecode
    coverNames = CoverNames(beside: chain.sampler.decoder.demuxer.context)
    videoStream = chain.sampler.decoder.demuxer.streamIndex
    tags = plan.facts.timecode.apply(
      to: Tags.ofFile(chain.sampler.decoder.demuxer.context.raw.pointee.metadata))
  }

  /// The output's stream for packets of one of the input's; nil when they are left out.
  func index(of stream: Int) -> Int? { indices[stream] }

  /// The streams that are carried, by their index in the input.
  var sources: Dictionary<Int, Int>.Keys { indices.keys }

  /// Adds all streams, in the input's order.
  ///
  /// - Returns: The index of the encoded video.
  mutating func addStreams(
    to muxer: borrowing Muxer, encoder: borrowing Encoder, frameRate: Rational,
    _ facts: CarriedFacts, _ shift: TimeShift, from chain: borrowing FilterChain
  ) throws(FFmpegError) -> Int {
    var videoIndex = 0
    let context = chain.sampler.decoder.demuxer.context.raw
    var actions = Dictionary(
      uniqueKeysWithValues: streams.map { ($0.index, $0) })
    for index in 0..<Int(context.pointee.nb_streams) {
      let input = allocated(context.pointee.streams[index])
      if index == videoStream {
        videoIndex = expected.count
        try addVideo(to: muxer, input, encoder: encoder, frameRate: frameRate, facts)
      } else if let plan = actions.removeValue(forKey: index) {
        switch plan.action {
        case .copy:
          let first =
            shift.start == nil
            ? chain.sampler.decoder.demuxer.carried.firsts[plan.index].map { first in
              (shift.apply(first.time, Rational(input.pointee.time_base)), first.duration)
            } : nil
          try addCopy(to: muxer, input, plan, first: first)
        case .attach: addAttachment(to: muxer, input, plan)
        case .encode: try addEncoded(to: muxer, input, plan)
        case .drop: break
        }
      }
    }
    for (name, value) in tags { av_dict_set(&muxer.raw.pointee.metadata, name, value, 0) }
    addChapters(to: muxer, from: context, shift)
    chain.sampler.decoder.demuxer.carried.restrict(to: Set(indices.keys))
    return videoIndex
  }

  private mutating func addVideo(
    to muxer: borrowing Muxer, _ input: UnsafeMutablePointer<AVStream>, encoder: borrowing Encoder,
    frameRate: Rational, _ facts: CarriedFacts
  ) throws(FFmpegError) {
    let output = muxer.addStream()
    let parameters = output.pointee.codecpar
    try check(
      avcodec_parameters_from_context(parameters, encoder.context.raw),
      "avcodec_parameters_from_context")
    output.pointee.time_base = encoder.timeBase.raw
    if frameRate.value != nil {
      output.pointee.avg_frame_rate = frameRate.raw
      // A container of whole frames takes its rate from here.
      if muxer.raw.pointee.oformat.pointee.flags & AVFMT_VARIABLE_FPS == 0 {
        output.pointee.time_base = AVRational(num: frameRate.denominator, den: frameRate.numerator)
      }
    }
    output.pointee.sample_aspect_ratio = encoder.context.raw.pointee.sample_aspect_ratio
    if encoder.context.raw.pointee.codec_id == AV_CODEC_ID_HEVC, ContainerChoice.isMP4(muxer.name) {
      // The one of the two marks for HEVC that Apple's players take.
      parameters?.pointee.codec_tag = 0x3163_7668  // hvc1
    }
    for item in facts.items { add(item.bytes, item.type, to: output) }
    let tags = facts.timecode.apply(to: Tags.ofStream(input.pointee.metadata, isEncoded: true))
    note(
      output, input, kind: "video", codec: encoder.context.raw.pointee.codec_id, tags,
      sideData: facts.items, hasPackets: true)
  }

  private mutating func addCopy(
    to muxer: borrowing Muxer, _ input: UnsafeMutablePointer<AVStream>, _ plan: StreamPlan,
    first: (time: Ticks, duration: Ticks)?
  ) throws(FFmpegError) {
    let output = muxer.addStream()
    let parameters = allocated(output.pointee.codecpar)
    try Self.describe(output, asCopyOf: input, in: muxer.raw)
    let facts = copySideData(from: input, to: output)
    if plan.kind == "cover" {
      covers.append((plan.index, expected.count))
    } else {
      indices[plan.index] = expected.count
    }
    var tags = Tags.ofStream(input.pointee.metadata, isEncoded: false)
    let index = expected.count
    note(
      output, input, kind: plan.kind, codec: parameters.pointee.codec_id, tags, sideData: facts,
      hasPackets: plan.kind != "attachment")
    var start = first?.time
    if let first, let cut = PreRoll.start(of: parameters, input, first, in: muxer.name) {
      cuts[plan.index] = cut
      start = cut
    }
    for (name, value) in tags where CarriedTimecode.isName(name) {
      av_dict_set(&output.pointee.metadata, name, timecode.copiedText(value), 0)
      expected[index].tags[name] = timecode.copiedText(value) ?? value
    }
    if let padding = padding(of: parameters, input, start, in: muxer) {
      setDelay(
        padding, of: output, parameters, index, title: tags.removeValue(forKey: "title") ?? "")
    }
  }

  /// Says of a stream what is true of one whose packets it will get.
  static func describe(
    _ output: UnsafeMutablePointer<AVStream>, asCopyOf input: UnsafeMutablePointer<AVStream>,
    in context: UnsafeMutablePointer<AVFormatContext>
  ) throws(FFmpegError) {
    let parameters = allocated(output.pointee.codecpar)
    try check(
      avcodec_parameters_copy(parameters, input.pointee.codecpar), "avcodec_parameters_copy")
    // A container's own mark for a codec means nothing, or something else, in another container.
    let marks = context.pointee.oformat.pointee.codec_tag
    let tag = parameters.pointee.codec_tag
    if marks == nil || av_codec_get_id(marks, tag) != parameters.pointee.codec_id {
      parameters.pointee.codec_tag = 0
    }
    output.pointee.time_base = input.pointee.time_base
    output.pointee.avg_frame_rate = input.pointee.avg_frame_rate
    output.pointee.sample_aspect_ratio = input.pointee.sample_aspect_ratio
    output.pointee.disposition = input.pointee.disposition
  }

  /// How much of the beginning of copied sound is only there to start its decoder, in samples,
  /// where Matroska must be told.
  ///
  /// Opus has it in its header: bytes 10 and 11, at 48 kHz (RFC 7845, section 5.1). Other sound
  /// that begins before zero has it by that.
  private func padding(
    of parameters: UnsafeMutablePointer<AVCodecParameters>,
    _ input: UnsafeMutablePointer<AVStream>, _ first: Ticks?, in muxer: borrowing Muxer
  ) -> Int32? {
    guard ContainerChoice.isMatroska(muxer.name),
      parameters.pointee.codec_type == AVMEDIA_TYPE_AUDIO
    else { return nil }
    if parameters.pointee.codec_id == AV_CODEC_ID_OPUS {
      guard parameters.pointee.extradata_size >= 12, let header = parameters.pointee.extradata
      else { return nil }
      return Int32(header[10]) | Int32(header[11]) << 8
    }
    guard let first, first < .zero, parameters.pointee.sample_rate > 0 else { return nil }
    let samples = (-first).rescaled(
      from: Rational(input.pointee.time_base), to: Rational(1, parameters.pointee.sample_rate))
    return Int32(exactly: samples.count)
  }

  private mutating func setDelay(
    _ samples: Int32, of output: UnsafeMutablePointer<AVStream>,
    _ parameters: UnsafeMutablePointer<AVCodecParameters>, _ index: Int, title: String
  ) {
    parameters.pointee.initial_padding = samples
    if samples > 0 { padded.insert(index) }
    guard shim_matroska_shifts_padding == 0, samples > 0 else { return }
    let isOpus = parameters.pointee.codec_id == AV_CODEC_ID_OPUS
    let rate = isOpus ? 48_000 : Int64(parameters.pointee.sample_rate)
    let nanoseconds = av_rescale(Int64(samples), 1_000_000_000, rate)
    guard let short = UInt32(exactly: nanoseconds) else { return }
    offsets[index] = nanoseconds
    if isOpus { return }
    av_dict_set(
      &output.pointee.metadata, "title", delays.add(title: title, nanoseconds: short), 0)
  }

  private mutating func addEncoded(
    to muxer: borrowing Muxer, _ input: UnsafeMutablePointer<AVStream>, _ plan: StreamPlan
  ) throws(FFmpegError) {
    guard let transcoder = transcoders[plan.index] else { return }
    let output = muxer.addStream()
    let parameters = allocated(output.pointee.codecpar)
    try check(
      avcodec_parameters_from_context(parameters, transcoder.context),
      "avcodec_parameters_from_context")
    output.pointee.time_base = transcoder.timeBase.raw
    var tags = Tags.ofStream(input.pointee.metadata, isEncoded: true)
    let index = expected.count
    indices[plan.index] = index
    note(
      output, input, kind: plan.kind, codec: parameters.pointee.codec_id, tags, sideData: [],
      hasPackets: true)
    if ContainerChoice.isMatroska(muxer.name), parameters.pointee.initial_padding > 0 {
      setDelay(
        parameters.pointee.initial_padding, of: output, parameters, index,
        title: tags.removeValue(forKey: "title") ?? "")
    }
  }

  /// Makes an attachment of a cover picture.
  private mutating func addAttachment(
    to muxer: borrowing Muxer, _ input: UnsafeMutablePointer<AVStream>, _ plan: StreamPlan
  ) {
    let output = muxer.addStream()
    guard Self.describe(output, asAttachmentOf: input) else { return }
    let parameters = allocated(output.pointee.codecpar)
    var tags = Tags.ofStream(input.pointee.metadata, isEncoded: false)
    let name = coverNames.name(of: input)
    for key in tags.keys where ["filename", "mimetype"].contains(key.lowercased()) {
      tags[key] = nil
    }
    tags["filename"] = name.file
    tags["mimetype"] = name.mimeType
    note(
      output, input, kind: "cover", codec: parameters.pointee.codec_id, tags, sideData: [],
      hasPackets: false)
  }

  /// Says of a stream that it is an attachment, with a cover picture as its contents.
  ///
  /// - Returns: Whether there is such a picture.
  @discardableResult
  static func describe(
    _ output: UnsafeMutablePointer<AVStream>, asAttachmentOf input: UnsafeMutablePointer<AVStream>
  ) -> Bool {
    let picture = input.pointee.attached_pic
    let size = Int(picture.size)
    guard size > 0, let data = picture.data,
      let extra = av_mallocz(size + Int(AV_INPUT_BUFFER_PADDING_SIZE))
    else { return false }
    memcpy(extra, data, size)
    let parameters = allocated(output.pointee.codecpar)
    parameters.pointee.codec_type = AVMEDIA_TYPE_ATTACHMENT
    parameters.pointee.codec_id = input.pointee.codecpar.pointee.codec_id
    parameters.pointee.extradata = extra.assumingMemoryBound(to: UInt8.self)
    parameters.pointee.extradata_size = CInt(size)
    return true
  }

  private mutating func note(
    _ output: UnsafeMutablePointer<AVStream>, _ input: UnsafeMutablePointer<AVStream>,
    kind: String, codec: AVCodecID, _ tags: [String: String], sideData: [CarriedFacts.Item],
    hasPackets: Bool
  ) {
    for (name, value) in tags { av_dict_set(&output.pointee.metadata, name, value, 0) }
    output.pointee.disposition = input.pointee.disposition
    expected.append(
      ExpectedStream(
        codec: codec, kind: kind, source: Int(input.pointee.index), tags: tags,
        disposition: input.pointee.disposition, sideData: sideData, hasPackets: hasPackets,
        aspectRatio: Rational(output.pointee.sample_aspect_ratio)))
  }

  private func copySideData(
    from input: UnsafeMutablePointer<AVStream>, to output: UnsafeMutablePointer<AVStream>
  ) -> [CarriedFacts.Item] {
    var items: [CarriedFacts.Item] = []
    for (type, name) in [
      (AV_PKT_DATA_DISPLAYMATRIX, "display matrix"), (AV_PKT_DATA_STEREO3D, "stereo 3D"),
      (AV_PKT_DATA_SPHERICAL, "spherical video"), (AV_PKT_DATA_REPLAYGAIN, "replay gain"),
      (AV_PKT_DATA_MASTERING_DISPLAY_METADATA, "mastering display"),
      (AV_PKT_DATA_CONTENT_LIGHT_LEVEL, "content light level"),
      (AV_PKT_DATA_AUDIO_SERVICE_TYPE, "audio service type"),
      (AV_PKT_DATA_ICC_PROFILE, "ICC profile"),
    ] {
      guard let bytes = StreamInfo.sideData(type, of: input), !bytes.isEmpty else { continue }
      add(bytes, type, to: output)
      items.append(CarriedFacts.Item(type: type, name: name, bytes: bytes))
    }
    return items
  }

  private func add(
    _ bytes: [UInt8], _ type: AVPacketSideDataType, to stream: UnsafeMutablePointer<AVStream>
  ) {
    guard let room = shim_stream_new_side_data(stream, type, bytes.count) else { return }
    room.update(from: bytes, count: bytes.count)
  }

  /// Copies the chapters, those that lie in the window, cut to it.
  private mutating func addChapters(
    to muxer: borrowing Muxer, from context: UnsafeMutablePointer<AVFormatContext>,
    _ shift: TimeShift
  ) {
    let count = Int(context.pointee.nb_chapters)
    guard count > 0, let memory = av_malloc(count * MemoryLayout<OpaquePointer>.stride) else {
      return
    }
    // The context frees both the list and what is in it.
    let list = memory.bindMemory(to: UnsafeMutablePointer<AVChapter>?.self, capacity: count)
    muxer.raw.pointee.chapters = list
    for index in 0..<count {
      guard let chapter = context.pointee.chapters[index] else { continue }
      let unit = Rational(chapter.pointee.time_base)
      var (start, end) = (Ticks(chapter.pointee.start), Ticks(chapter.pointee.end))
      if let windowStart = shift.start {
        start = max(start, windowStart.rescaled(from: .microseconds, to: unit))
      }
      if let windowEnd = shift.end {
        end = min(end, windowEnd.rescaled(from: .microseconds, to: unit))
      }
      guard start < end || shift.start == nil && shift.end == nil else { continue }
      let copy = allocated(
        av_mallocz(MemoryLayout<AVChapter>.size)?.assumingMemoryBound(to: AVChapter.self))
      copy.pointee.id = chapter.pointee.id
      copy.pointee.time_base = unit.raw
      copy.pointee.start = shift.apply(start, unit).field
      copy.pointee.end = shift.apply(end, unit).field
      av_dict_copy(&copy.pointee.metadata, chapter.pointee.metadata, 0)
      list[chapterCount] = copy
      chapterCount += 1
    }
    muxer.raw.pointee.nb_chapters = UInt32(chapterCount)
  }

  /// What the muxer must be told for all this to be kept.
  func muxerOptions(
    _ plan: EncodingPlan, _ timeBase: Rational, from chain: borrowing FilterChain
  ) -> [(name: String, value: String)] {
    var options: [(name: String, value: String)] = []
    if plan.container == "matroska", isNowhereNegative(chain) {
      // Where a track is stored by decoding times, as FFmpeg 5 does with FFV1, the muxer goes by
      // those of all tracks, and the ones of copied video begin before zero.
      options.append(("avoid_negative_ts", "disabled"))
    }
    if ContainerChoice.isMP4(plan.container) {
      options.append(("movie_timescale", "\(movieTimescale(timeBase, chain))"))
      if tags.keys.contains(where: { !Tags.isWellKnown($0) }) {
        options.append(("movflags", "+use_metadata_tags"))
      }
      if plan.facts.needsUnofficialMarks { options.append(("strict", "unofficial")) }
    }
    if plan.isExperimental { options.append(("strict", "experimental")) }
    return options
  }

  /// Whether a second video is copied, and all that is copied begins at zero or later.
  private func isNowhereNegative(_ chain: borrowing FilterChain) -> Bool {
    let firsts = chain.sampler.decoder.demuxer.carried.firsts
    return expected.filter { $0.kind == "video" }.count > 1
      && indices.allSatisfy { source, target in
        expected[target].kind == "subtitle" || padded.contains(target)
          || firsts[source].map { $0.time >= .zero } ?? false
      }
  }

  /// A unit in which the start of every track is a whole number: the muxer writes offsets in it.
  private func movieTimescale(_ timeBase: Rational, _ chain: borrowing FilterChain) -> Int64 {
    var units = [timeBase.raw]
    for (source, _) in indices {
      guard let stream = chain.sampler.decoder.demuxer.context.stream(source) else { continue }
      let rate = stream.pointee.codecpar.pointee.sample_rate
      units.append(rate > 0 ? AVRational(num: 1, den: rate) : stream.pointee.time_base)
    }
    var scale: Int64 = 1
    for unit in units where unit.den > 0 {
      let (product, overflow) = (scale / av_gcd(scale, Int64(unit.den)))
        .multipliedReportingOverflow(by: Int64(unit.den))
      if !overflow, product <= Int64(Int32.max) { scale = product }
    }
    return max(scale, 1000)
  }
}
