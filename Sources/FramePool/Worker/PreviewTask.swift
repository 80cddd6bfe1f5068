public import FoundationEssentials

/// Shows what a filter chain does to a video: a picture with frames before it in one row and the
/// same frames after it in the next.
public enum PreviewTask: PoolTask {
  /// `preview`.
  public static let name = "preview"

  /// What is to be shown.
  public struct Input: Codable, Sendable {
    /// The video, its filters and the part of it that is looked at.
    public var job: VideoJob
    /// How many frames, evenly over the part.
    public var columns: Int
    /// The width of each, in pixels.
    public var width: Int

    /// Makes an input.
    public init(_ job: VideoJob, columns: Int, width: Int) {
      self.job = job
      self.columns = columns
      self.width = width
    }
  }

  /// What the job says.
  public static func threads(_ input: Input) -> Int { input.job.threads }

  /// Decodes the part three times: to see which frames there are, and for each of the rows.
  ///
  /// - Returns: A PNG file.
  /// - Throws: ``FramePoolError`` for what is wrong with the video or the chain.
  public static func run(_ input: Input, _ context: inout TaskContext<NoProgress>) throws -> Data {
    FFmpegLog.install(verbose: input.job.verbose)
    _ = Sandbox.enter()
    var plain = input.job
    plain.filters = []
    var times: [Double] = []
    try each(plain) { _, seconds in
      times.append(seconds)
      return true
    }
    guard !times.isEmpty else {
      throw FramePoolError(.noVideo, "\(input.job.input.path): there is no frame to show")
    }
    let columns = min(input.columns, times.count)
    let chosen = (0..<columns).map { times[(2 * $0 + 1) * times.count / (2 * columns)] }
    let rows = try [[], input.job.filters].map { filters in
      var job = input.job
      // The file's own metadata is not asked for: screens show RGB, in square pixels.
      let height = "'clip(2*trunc(\(input.width)/dar/2+0.5),2,\(8 * input.width))'"
      job.filters = filters + ["scale=\(input.width):\(height):flags=lanczos,format=rgb24"]
      return try cells(job, at: chosen)
    }
    return Data(try ContactSheet(rows: rows).png())
  }

  /// The first frame at each of the times or after it; where a chain gives fewer, the last stands
  /// in.
  private static func cells(_ job: VideoJob, at times: [Double]) throws -> [ContactSheet.Cell] {
    var cells: [ContactSheet.Cell] = []
    var last: ContactSheet.Cell?
    try each(job) { frame, seconds in
      while cells.count < times.count, seconds >= times[cells.count] - 1e-6 {
        cells.append(ContactSheet.Cell(frame))
      }
      if cells.count < times.count { last = ContactSheet.Cell(frame) }
      return cells.count < times.count
    }
    guard let filler = last ?? cells.last else {
      throw FramePoolError(.noVideo, "\(job.input.path): the filter chain gives no frame")
    }
    while cells.count < times.count { cells.append(filler) }
    return cells
  }

  /// Calls `body` for each frame and its time, as long as it gives true.
  private static func each(
    _ job: VideoJob, _ body: (borrowing Frame, Double) -> Bool
  ) throws {
    var record = VideoRecord()
    var chain = try VideoPipeline.open(job, &record)
    var count = 0
    while let frame = try chain.next() {
      // A frame without a timestamp is known by its number.
      let seconds = frame.pts.map { chain.timeBase.seconds($0) } ?? Double(count)
      count += 1
      guard body(frame, seconds) else { return }
    }
    try VideoPipeline.refuseUnreadable(chain, job)
  }
}
