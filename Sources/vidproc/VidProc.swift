import FramePool

/// The entry: a host or a worker where the first argument says so, else the command line.
@main
enum VidProc {
  static func main() {
    // Before anything else: a host must not have a second thread.
    if let code = Host.enterIfAsked(
      CommandLine.arguments,
      tasks: VideoTask.all,
      information: { warmUp in
        FFmpegLibraries.versions(filters: warmUp.contains(VideoTask.filters))
      })
    {
      ExitCode.exit(code)
    }
    CommandRunner.run(RootCommand.self)
  }
}
