public import ArgumentParser
public import FramePool
import SystemPackage

/// What is written, and how.
struct EncodingOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write each video into this directory.", valueName: "dir"),
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The outputs' names: {name}, {index} and {filter} stand for what they say.",
      valueName: "pattern"))
  var name = NamePattern.name.text

  @Option(help: "Where an output is there already: skip the video, replace the file, or fail.")
  var existing: OutputSettings.Existing = .fail

  @Option(
    help: ArgumentHelp(
      "mp4, mov, matroska, webm or another; the input's own where it holds the result.",
      valueName: "name"))
  var container: String?

  @Option(
    help: ArgumentHelp(
      "h264, hevc, av1, vp9, ffv1, prores, mjpeg, or any of FFmpeg's encoders.", valueName: "name"))
  var codec: String?

  @Option(help: ArgumentHelp("Constant quality; lower is better.", valueName: "n"))
  var crf: Double?

  @Option(
    help: ArgumentHelp("Bits per second, such as 2500k or 4M, for --crf.", valueName: "rate"))
  var bitrate: Bitrate?

  @Option(help: ArgumentHelp("The encoder's preset, such as veryfast.", valueName: "name"))
  var preset: String?

  @Option(
    help: ArgumentHelp(
      "Another option of the encoder, by FFmpeg's name; repeat for more.", valueName: "k=v"))
  var encoderOption: [Pair] = []

  @Option(
    help: ArgumentHelp(
      "Encode this pixel format; the frames' own, or the nearest, unless given.",
      valueName: "name"))
  var pixelFormat: String?

  @Option(
    help: ArgumentHelp(
      "copy the sound, leave it out (none), or encode it anew: aac, opus, flac, ...",
      valueName: "copy|none|codec"))
  var audio: Audio = .init(audio: .copy)

  @Option(help: "Copy subtitles or leave them out.")
  var subtitles: EncodingSettings.Subtitles = .copy

  @Option(help: "Carry all streams that can be, or the processed video only.")
  var streams: EncodingSettings.Streams = .all

  @Flag(help: "Fail a video whose output would lose anything, before the work where possible.")
  var strict = false

  @Option(help: "Check outputs by decoding both ends (ends) or all (full).")
  var verify: EncodingSettings.Verification = .ends

  @Flag(help: "Give outputs their inputs' times of modification.")
  var keepTimes = false

  @OptionGroup var sinks: SinkOptions

  @Flag(help: "Tell what would be done, and do nothing.")
  var dryRun = false

  @Flag(help: "Tell it in JSON.")
  var json = false

  mutating func validate() throws {
    if output?.isEmpty == true { throw ValidationError("--output needs the name of a directory.") }
    if let crf, !(-100...1000).contains(crf) {
      throw ValidationError("--crf must be a number that the encoder takes, such as 23.")
    }
    if output == nil {
      let needs: [(Bool, String)] = [
        (container != nil, "--container"), (codec != nil, "--codec"), (crf != nil, "--crf"),
        (bitrate != nil, "--bitrate"), (preset != nil, "--preset"),
        (!encoderOption.isEmpty, "--encoder-option"), (pixelFormat != nil, "--pixel-format"),
        (strict, "--strict"),
        (name != NamePattern.name.text, "--name"), (sinks.images != nil, "--images"),
        (sinks.sheet, "--sheet"),
      ]
      if let (_, flag) = needs.first(where: \.0) {
        throw ValidationError("\(flag) is about outputs: name a directory with --output.")
      }
    }
    if dryRun, output == nil, !sinks.isAny {
      throw ValidationError("--dry-run plans outputs: name a directory with --output.")
    }
    try sinks.validate()
    _ = try pattern()
    if crf != nil, bitrate != nil {
      throw ValidationError("--crf and --bitrate exclude each other.")
    }
    if json, !dryRun { throw ValidationError("--json requires --dry-run.") }
  }

  private func pattern() throws -> NamePattern {
    try validated { () throws(FramePoolError) in try NamePattern(name) }
  }

  /// Whether anything is written.
  var isAny: Bool { output != nil || sinks.isAny }

  func fill(_ options: inout BatchOptions) throws {
    guard isAny else { return }
    var settings = OutputSettings(directory: InputPath(RawArguments.path(output ?? ".")))
    try sinks.fill(&settings)
    // Who asks for pictures wants a video too only by naming what it should be.
    let isVideoNamed = codec != nil || container != nil
    settings.video = output != nil && (isVideoNamed || sinks.images == nil && !sinks.sheet)
    settings.pattern = try pattern()
    settings.existing = existing
    settings.keepsTimes = keepTimes
    settings.encoding.container = container
    settings.encoding.codec = codec
    settings.encoding.crf = crf
    settings.encoding.bitrate = bitrate?.bitsPerSecond
    settings.encoding.preset = preset
    settings.encoding.options = encoderOption.map { .init($0.name, $0.value) }
    settings.encoding.pixelFormat = pixelFormat
    settings.encoding.audio = audio.audio
    settings.encoding.subtitles = subtitles
    settings.encoding.streams = streams
    settings.encoding.strict = strict
    settings.encoding.verification = verify
    options.output = settings
  }

  /// `k=v`.
  struct Pair: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
      guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
        return nil
      }
      name = String(argument[..<equals])
      value = String(argument[argument.index(after: equals)...])
    }
  }

  /// Bits per second, with k or M behind the number.
  struct Bitrate: ExpressibleByArgument {
    let bitsPerSecond: Int

    init?(argument: String) {
      var text = argument[...]
      var factor = 1.0
      switch text.last {
      case "k", "K": factor = 1e3
      case "m", "M": factor = 1e6
      default: break
      }
      if factor > 1 { text.removeLast() }
      guard let number = Double(text), number > 0, number * factor >= 1, number * factor < 1e11
      else { return nil }
      bitsPerSecond = Int(saturating: number * factor)
    }
  }

  /// What is done with sound.
  struct Audio: ExpressibleByArgument {
    let audio: EncodingSettings.Audio

    init(audio: EncodingSettings.Audio) {
      self.audio = audio
    }

    init?(argument: String) {
      switch argument {
      case "copy": audio = .copy
      case "none": audio = .none
      case "": return nil
      default: audio = .encode(argument)
      }
    }

    var defaultValueDescription: String { "copy" }
  }
}

extension OutputSettings.Existing: ExpressibleByArgument {}
extension EncodingSettings.Subtitles: ExpressibleByArgument {}
extension EncodingSettings.Streams: ExpressibleByArgument {}
extension EncodingSettings.Verification: ExpressibleByArgument {}
