import CFFmpeg

/// The task of a video's worker: one ``VideoJob`` in, progress, one ``VideoRecord`` out.
///
/// What goes wrong with the video is part of the record; only what the pipeline cannot survive
/// ends the worker.
public enum VideoTask: PoolTask {
  public static let name = "video"

  /// Loads FFmpeg's libraries and opens the usual decoders once, so that their tables are made
  /// before the fork and shared by all workers.
  public static func warmUp() throws {
    try FFmpegLibraries.load()
    FFmpegLog.install(verbose: false)
    for codec in [AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP9, AV_CODEC_ID_MPEG4] {
      DecoderContext.warmUp(codec)
    }
  }

  public static func run(
    _ job: VideoJob, _ context: inout TaskContext<VideoProgress>
  ) throws -> VideoRecord {
    FFmpegLog.install(verbose: job.verbose)
    var record = VideoRecord()
    record.sandbox = Sandbox.enter().map(\.rawValue)
    VideoPipeline.run(job, &record) { progress in
      if context.isReportDue { try? context.report(progress()) }
    }
    return record
  }
}
