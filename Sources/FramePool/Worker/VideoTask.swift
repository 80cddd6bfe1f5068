import CFFmpeg
import FoundationEssentials
import SystemPackage

/// The task of a video's worker: one ``VideoJob`` in, progress, one ``VideoRecord`` out.
///
/// What goes wrong with the video is part of the record; only what the pipeline cannot survive
/// ends the worker.
public enum VideoTask: PoolTask {
  public static let name = "video"

  /// The warm-up's argument that loads FFmpeg's filters too.
  public static let filters = "filters"

  /// Loads FFmpeg's libraries and opens the usual decoders once, so that their tables are made
  /// before the fork and shared by all workers.
  ///
  /// - Parameter arguments: ``filters``, where FFmpeg's filters will be needed.
  public static func warmUp(_ arguments: [String]) throws {
    try FFmpegLibraries.load(filters: arguments.contains(filters))
    FFmpegLog.install(verbose: false)
    try rehearse()
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
    let stages = VideoPipeline.run(job, &record) { progress in
      if context.isReportDue { try? context.report(progress()) }
    }
    // The process ends in a moment; giving its memory back piece by piece would only take time.
    UnsafeMutablePointer<FilterChain?>.allocate(capacity: 1).initialize(to: stages)
    if record.usedFFmpegFilters { context.requestWarmUp(filters) }
    return record
  }

  /// Codes and decodes what crosses the process border, once: the Swift runtime looks up each
  /// type's conformances at first use, some 300 µs that every worker would spend again.
  private static func rehearse() throws {
    let coder = (JSONEncoder(), JSONDecoder())
    _ = try coder.1.decode(
      VideoJob.self, from: coder.0.encode(VideoJob(input: InputPath("rehearsal"))))
    var record = VideoRecord()
    record.stream = .init(index: 0, codec: "", width: 0, height: 0, rotation: 0)
    record.failure = .init(kind: .internal, message: "")
    _ = try coder.0.encode(record)
    _ = try coder.0.encode(VideoProgress(frames: 0))
  }
}
