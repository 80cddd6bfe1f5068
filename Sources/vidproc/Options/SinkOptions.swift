public import ArgumentParser
public import FramePool

/// What is made of the frames besides videos.
struct SinkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write each frame as a picture, into a directory for each video below --output.",
      valueName: "png|jpg|webp"))
  var images: Sink.ImageFormat?

  @Option(
    help: ArgumentHelp(
      "The pictures' names: {frame}, {time} and {name} stand for what they say.",
      valueName: "pattern"))
  var imageName: String?

  @Flag(help: "Write a contact sheet of each video, with times, into --output.")
  var sheet = false

  @Option(
    help: ArgumentHelp(
      "Write the MD5 of each frame as FFmpeg's framemd5 does; with {name} or {index} for several.",
      valueName: "file"),
    completion: .file())
  var framehash: String?

  @Option(
    help: ArgumentHelp(
      "Write the frames of one video as YUV4MPEG2; - is standard output.",
      valueName: "-"))
  var y4m: String?

  @Option(
    help: ArgumentHelp(
      "Write the frames of one video as bare planes; - is standard output.",
      valueName: "-"))
  var raw: String?

  mutating func validate() throws {
    if imageName != nil, images == nil {
      throw ValidationError("--image-name requires --images.")
    }
    for (value, flag) in [(y4m, "--y4m"), (raw, "--raw")] {
      if let value, value != "-" {
        throw ValidationError("\(flag) writes to standard output only: \(flag) -")
      }
    }
    if y4m != nil, raw != nil { throw ValidationError("--y4m and --raw exclude each other.") }
  }

  /// What goes into a pipe.
  var pipe: Sink.PipeFormat? { y4m != nil ? .y4m : raw != nil ? .raw : nil }

  /// Whether anything is made that needs no directory.
  var isAny: Bool { images != nil || sheet || framehash != nil || pipe != nil }

  /// The files for the frames' checksums; nil for none.
  func frameHash() throws -> NamePattern? {
    try framehash.map { name in
      guard RawArguments.isText(name) else {
        throw ValidationError("--framehash takes text in UTF-8, and this is none.")
      }
      return try validated { () throws(FramePoolError) in try NamePattern(path: name) }
    }
  }

  func fill(_ settings: inout OutputSettings) throws {
    if let images {
      let pattern = try imageName.map { name in
        try validated { () throws(FramePoolError) in try ImagePattern(name) }
      }
      settings.images = .init(images, pattern ?? .frame)
    }
    settings.frameHash = try frameHash()
    settings.sheet = sheet
    settings.pipe = pipe
  }
}

extension Sink.ImageFormat: ExpressibleByArgument {}
