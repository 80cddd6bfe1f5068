public import SystemPackage

/// Something that happened in a batch, for whoever shows its progress.
public enum BatchEvent: Sendable {
  /// The batch is about to start its first worker.
  case planned(videos: Int, WorkPlan, CPUBudget)
  /// Something that the user should know before the work.
  case notice(String)
  /// A video's worker was started; `attempt` counts from 1.
  case started(index: Int, path: FilePath, pid: Int32, attempt: Int)
  /// A video's worker reported.
  case progress(index: Int, VideoProgress)
  /// A video is done with, one way or another.
  case finished(index: Int, FileRecord)
}
