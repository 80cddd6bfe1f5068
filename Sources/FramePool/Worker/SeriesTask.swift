/// The task of doing many videos one after the other in one worker: what a program without a pool
/// does, for comparisons.
package enum SeriesTask: PoolTask {
  /// What became of a video.
  package struct Outcome: Codable, Hashable, Sendable {
    /// Decoded frames.
    package var frames: Int
    /// `md5:` and 32 hexadecimal digits, when asked for.
    package var checksum: String?
    /// Why there is nothing to compare; nil for a video that was done, damaged or not.
    package var failure: String?
  }

  /// `series`.
  package static let name = "series"

  /// What the first job says.
  package static func threads(_ input: [VideoJob]) -> Int { input.first?.threads ?? 1 }

  /// Does all of them.
  package static func run(
    _ jobs: [VideoJob], _ context: inout TaskContext<NoProgress>
  ) throws -> [Outcome] {
    _ = Sandbox.enter()
    return jobs.map { job in
      FFmpegLog.install(verbose: job.verbose)
      var record = VideoRecord()
      VideoPipeline.run(job, &record) { _ in }
      return Outcome(
        frames: record.frames.decoded, checksum: record.checksum,
        failure: record.isDamaged ? nil : record.failure?.message)
    }
  }
}
