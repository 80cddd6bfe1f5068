import ArgumentParser
import FramePool

/// What a file may cost.
struct LimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("End a video's worker after so many seconds.", valueName: "seconds"))
  var timeout: Double?

  @Option(
    help: ArgumentHelp(
      "Fail videos that claim a larger width x height, in pixels.", valueName: "pixels"))
  var maxPixels = VideoJob.defaultMaxPixels

  @Flag(help: "Let playlists and their like open the other local files that they name.")
  var allowPlaylists = false

  mutating func validate() throws {
    if let timeout, !(timeout > 0 && timeout.isFinite) {
      throw ValidationError("--timeout must be a number of seconds, more than 0.")
    }
    if maxPixels < 1 { throw ValidationError("--max-pixels must be at least 1.") }
  }
}
