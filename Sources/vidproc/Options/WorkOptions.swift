public import ArgumentParser
public import FramePool

/// What is done to each video.
struct WorkOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A filter chain in FFmpeg's syntax, such as grayscale,scale=640:-2; repeat to add more.",
      discussion: "`vidproc filters` lists them.", valueName: "chain"))
  var filter: [String] = []

  @Option(help: ArgumentHelp("Decode this stream of each file.", valueName: "index"))
  var stream: Int?

  @Option(help: "Turned and mirrored videos: make upright, keep the mark, or ignore it.")
  var rotate: RotationPolicy = .auto

  @Flag(help: "Sum up all filtered frames of each video (MD5 of the raw video).")
  var checksum = false

  mutating func validate() throws {
    if let stream, stream < 0 { throw ValidationError("--stream counts from 0.") }
  }

  func fill(_ options: inout BatchOptions) {
    options.filters = filter
    options.stream = stream
    options.rotation = rotate
    options.checksum = checksum
  }
}

extension RotationPolicy: ExpressibleByArgument {}
