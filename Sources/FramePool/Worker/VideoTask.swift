import CFFmpeg
import CLinux
import Glibc
import SystemPackage

/// The task of a video's worker: one ``VideoJob`` in, progress, one ``VideoRecord`` out.
///
/// What goes wrong with the video is part of the record; only what the pipeline cannot survive
/// ends the worker.
public enum VideoTask: PoolTask {
  /// `video`.
  public static let name = "video"

  /// The warm-up's argument that loads FFmpeg's filters too.
  public static let filters = "filters"

  /// All tasks that a batch needs, for ``Host/enterIfAsked(_:tasks:information:)``.
  public static let all: [any PoolTask.Type] = [
    VideoTask.self, ProbeTask.self, FilterCheckTask.self, PreviewTask.self,
    EncoderCheckTask.self, OutputPlanTask.self, SeriesTask.self,
  ]

  /// Loads FFmpeg's libraries and opens the usual decoders once, so that their tables are made
  /// before the fork and shared by all workers.
  ///
  /// - Parameter arguments: ``filters``, where FFmpeg's filters will be needed.
  /// - Throws: ``FramePoolError`` when the libraries are missing.
  public static func warmUp(_ arguments: [String]) throws {
    try FFmpegLibraries.load(filters: arguments.contains(filters))
    FFmpegLog.install(verbose: false)
    // Sound too: `avformat_find_stream_info` opens its decoders.
    for codec in [
      AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP9, AV_CODEC_ID_MPEG4, AV_CODEC_ID_AAC,
      AV_CODEC_ID_MP3,
    ] {
      DecoderContext.warmUp(codec)
    }
    try rehearse()
  }

  /// What the job says.
  public static func threads(_ input: VideoJob) -> Int { input.threads }

  /// Decodes, filters and measures the video.
  public static func run(
    _ job: VideoJob, _ context: inout TaskContext<VideoProgress>
  ) throws -> VideoRecord {
    FFmpegLog.install(verbose: job.verbose)
    var record = VideoRecord()
    record.sandbox = Sandbox.enter().map(\.rawValue)
    let stages = VideoPipeline.run(job, &record) { event in
      switch event {
      case .frame(let progress): if context.isReportDue { try? context.report(progress) }
      case .records(let records):
        if let text = try? TaskCoding.encode(records) { context.send(part: text) }
      }
    }
    record.seconds.ready = SchedulerDelay.seconds()
    // The process ends in a moment; giving its memory back piece by piece would only take time.
    UnsafeMutablePointer<FilterChain?>.allocate(capacity: 1).initialize(to: stages)
    if record.usedFFmpegFilters { context.requestWarmUp(filters) }
    return record
  }

  /// Sees that it can be a record: see ``WorkerClaims``.
  public static func accept(_ record: VideoRecord) throws -> VideoRecord { try record.checked() }

  /// Leaves out what cannot be a report.
  public static func accept(_ progress: VideoProgress) -> VideoProgress? { progress.checked() }

  /// A record takes a few kilobytes; with small pictures, some hundred.
  public static var maximumResult: Int { 4 << 20 }

  /// Does once in the host what every worker does at first: the Swift runtime looks types up at
  /// their first use, FFmpeg fills its tables, and both are then there for all workers.
  ///
  /// The whole pipeline runs on a picture of 16 x 16 pixels, and all that crosses the process
  /// border is coded and decoded.
  private static func rehearse() throws {
    let video =
      "YUV4MPEG2 W16 H16 F25:1 Ip A1:1 C420jpeg\nFRAME\n".utf8
      + [UInt8](repeating: 128, count: 16 * 16 * 3 / 2)
    let file = clinux_memory_file(Array(video), video.count)
    defer { close(file) }
    let job = try TaskCoding.decode(
      VideoJob.self,
      TaskCoding.encode(VideoJob(input: InputPath(FilePath("/proc/self/fd/\(file)")))))
    var record = VideoRecord()
    VideoPipeline.run(job, &record) { event in
      if case .frame(let progress) = event { _ = try? TaskCoding.encode(progress) }
    }
    record.failure = .init(kind: .internal, message: "")
    _ = try TaskCoding.encode(record)
  }
}
