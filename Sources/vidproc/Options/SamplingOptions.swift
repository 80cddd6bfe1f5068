import ArgumentParser
import FramePool

/// Which frames of each video.
struct SamplingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Begin so many seconds, or h:m:s, after the file's beginning; exact to the frame.",
      valueName: "time"))
  var start: Time?

  @Option(help: ArgumentHelp("End after so much time, as --start takes it.", valueName: "time"))
  var duration: Time?

  @Option(help: ArgumentHelp("End after so many frames.", valueName: "n"))
  var frames: Int?

  @Option(help: ArgumentHelp("Take the first of every n frames.", valueName: "n"))
  var every: Int?

  @Option(
    help: ArgumentHelp(
      "Take so many frames a second, such as 5 or 30000/1001: of each tick the nearest frame.",
      valueName: "rate"))
  var fps: Rate?

  @Flag(help: "Decode keyframes only, which takes a fraction of the time.")
  var keyframes = false

  mutating func validate() throws {
    if let frames, frames < 1 { throw ValidationError("--frames must be at least 1.") }
    if let every, every < 1 { throw ValidationError("--every must be at least 1.") }
    if every != nil, fps != nil {
      throw ValidationError("--every and --fps exclude each other.")
    }
    if let duration, duration.seconds == 0 {
      throw ValidationError("--duration must be more than 0.")
    }
  }

  /// What was asked for.
  var sampling: Sampling {
    var sampling = Sampling()
    sampling.keyframes = keyframes
    sampling.start = start?.seconds
    sampling.duration = duration?.seconds
    sampling.every = every
    sampling.rate = fps?.rate
    sampling.frames = frames
    return sampling
  }

  /// Frames per second.
  struct Rate: ExpressibleByArgument {
    let rate: Sampling.Rate

    init?(argument: String) {
      guard let rate = Sampling.Rate(argument) else { return nil }
      self.rate = rate
    }
  }
}

/// Seconds, `m:s` or `h:m:s`, each with decimals behind the last.
struct Time: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var seconds = 0.0
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      let isPlain = part.utf8.allSatisfy { (0x30...0x39).contains($0) || isLast && $0 == 0x2E }
      guard isPlain, let value = Double(part), value.isFinite else { return nil }
      // Behind a colon there are sixty of them at most.
      if index > 0, value >= 60 { return nil }
      seconds = seconds * 60 + value
    }
    guard seconds <= 1e9 else { return nil }
    self.seconds = seconds
  }
}
