/// Checks filter chains in a worker: FFmpeg's filters are made and thrown away there, so that the
/// parent needs no FFmpeg and a filter that crashes takes nothing with it.
public enum FilterCheckTask: PoolTask {
  /// `check-filters`.
  public static let name = "check-filters"

  /// Gives true, or throws what is wrong.
  public static func run(
    _ chains: [String], _ context: inout TaskContext<NoProgress>
  ) throws -> Bool {
    FFmpegLog.install(verbose: false)
    _ = Sandbox.enter()
    try FilterCheck.check(chains)
    return true
  }
}
