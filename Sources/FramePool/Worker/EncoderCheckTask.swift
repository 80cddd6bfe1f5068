import CFFmpeg

/// Opens the encoder once before a batch, so that a missing encoder or an option that it does not
/// take is told in a moment and not by every video.
public enum EncoderCheckTask: PoolTask {
  /// `check-encoder`.
  public static let name = "check-encoder"

  /// What was found.
  public struct Output: Codable, Sendable {
    /// The file name extension of the container, without a dot; nil where the container depends on
    /// the input.
    public var fileExtension: String?
  }

  /// Checks.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` or `unsupported` that says what cannot be.
  public static func run(
    _ settings: EncodingSettings, _ context: inout TaskContext<NoProgress>
  ) throws -> Output {
    FFmpegLog.install(verbose: false)
    _ = Sandbox.enter()
    let muxer = try ContainerChoice.muxer(settings.container ?? "matroska")
    try checkVideo(settings, muxer)
    if case .encode(let name) = settings.audio {
      let codec = try EncoderCatalog.encoder(name, AVMEDIA_TYPE_AUDIO)
      guard EncoderChoice.canHold(codec, in: muxer) else {
        throw FramePoolError(
          .refused, "\(String(cString: muxer.pointee.name)) cannot hold \(name) audio")
      }
    }
    return Output(
      fileExtension: settings.container == nil ? nil : ContainerChoice.fileExtension(muxer))
  }

  private static func checkVideo(
    _ settings: EncodingSettings, _ muxer: UnsafePointer<AVOutputFormat>
  ) throws {
    var format = PixelFormat(rawValue: AV_PIX_FMT_YUV420P.rawValue)
    if let name = settings.codec {
      // An encoder of something else entirely, of palettes for example, gets what it takes.
      let accepted = EncoderCatalog.pixelFormats(
        try EncoderCatalog.encoder(name, AVMEDIA_TYPE_VIDEO))
      if let first = accepted.first, !accepted.contains(format) { format = first }
    }
    let picture = try Frame(FrameShape(width: 352, height: 288, pixelFormat: format))
    picture.raw.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
    let choice = try EncoderChoice(
      settings, for: .init(picture, codec: AV_CODEC_ID_H264), in: muxer, threads: 1)
    var fitter = FrameFitter(
      .init(width: 352, height: 288, pixelFormat: choice.pixelFormat), threads: 1)
    let name = EncoderCatalog.name(choice.codec)
    do throws(FFmpegError) {
      _ = try Encoder(
        choice.codec, options: choice.options,
        for: try fitter.fit(picture, timeBase: Rational(1, 25)), timeBase: Rational(1, 25),
        frameRate: Rational(25, 1), threads: 1, needsGlobalHeader: false)
    } catch {
      if error.code == .optionNotFound {
        let typed = error.logLine ?? ""
        throw FramePoolError(
          .refused,
          "encoder \(name) has no option '\(typed)'"
            + Spelling.question(
              Spelling.nearest(to: typed, among: EncoderCatalog.optionNames(choice.codec)))
            + " (its own are: \(EncoderCatalog.optionNames(choice.codec).joined(separator: ", ")))")
      }
      throw FramePoolError(
        .refused, "encoder \(name) cannot be opened with these options", cause: error)
    }
  }
}
