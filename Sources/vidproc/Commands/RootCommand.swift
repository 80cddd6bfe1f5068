import ArgumentParser
import FramePool

/// `vidproc`: the list of subcommands; `run` is the default.
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vidproc",
    abstract: "Process many videos at once, each in a worker process of its own.",
    discussion: """
      Decodes every video with the FFmpeg libraries, runs a chain of filters over its frames, \
      measures, and prints what happened to each.

        vidproc *.mp4 --filter grayscale
        vidproc run videos --recursive -f 'scale=640:-2,invert' --report report.json
        vidproc probe clip.mkv
        vidproc filters scale
        vidproc preview clip.mp4 --filter blur=sigma=3 --output blur.png
        vidproc bench clips --filter edges --against ffmpeg
      """,
    version: vidprocVersion,
    subcommands: [
      RunCommand.self, ProbeCommand.self, FiltersCommand.self, PreviewCommand.self,
      BenchCommand.self, SeriesCommand.self,
    ],
    defaultSubcommand: RunCommand.self)
}
