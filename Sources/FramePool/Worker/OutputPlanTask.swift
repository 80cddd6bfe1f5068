import Glibc
import SystemPackage

/// Decides in a worker what one video's output will be, without writing anything: opens the input
/// and takes its first frame through the filters.
public enum OutputPlanTask: PoolTask {
  /// `plan-output`.
  public static let name = "plan-output"

  /// Plans.
  ///
  /// - Throws: ``FramePoolError`` for what is wrong with the video, or cannot be done with it.
  public static func run(
    _ job: VideoJob, _ context: inout TaskContext<NoProgress>
  ) throws -> OutputPlan {
    FFmpegLog.install(verbose: job.verbose)
    _ = Sandbox.enter()
    guard let output = job.output else {
      throw FramePoolError(.internal, "a plan was asked for without an output")
    }
    var record = VideoRecord()
    var chain = try VideoPipeline.open(job, &record)
    guard let first = try chain.next() else {
      try VideoPipeline.refuseUnreadable(chain, job)
      throw FramePoolError(.corrupt, "\(job.input.path): no frame could be decoded")
    }
    // Only their packets say whether the sound is encrypted.
    chain.findCarriedStarts()
    let plan = try EncodingPlan.make(first, from: chain, job, output.encoding)
    var status = stat()
    _ = job.input.path.withPlatformString { stat($0, &status) }
    return plan.summary(of: chain, size: Int64(status.st_size))
  }

  /// Sees that it can be a plan.
  public static func accept(_ plan: OutputPlan) throws -> OutputPlan { try plan.checked() }
}
