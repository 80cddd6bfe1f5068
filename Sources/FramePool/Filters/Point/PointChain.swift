/// Neighbouring point filters of a chain, done in one pass.
final class PointChain: FilterGroup {
  let members: [any FrameFilter]
  private let filters: [any PointFilter]
  private var narrow: Prepared<UInt8>?
  private var wide: Prepared<UInt16>?

  private struct Prepared<Sample: KernelSample> {
    let runner = PointRunner<Sample>()
    var colour: FrameColour
    var luma: LumaProgram<Sample>?
    var rgb: RGBProgram<Sample>?
  }

  init(_ filters: [any PointFilter]) {
    self.filters = filters
    members = filters
  }

  convenience init(_ options: FilterOptions) {
    self.init([])
  }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    let format = frame.pixelFormat
    guard format.isPlanar else {
      output.emit(try PackedRows.apply(filters, frame, &output))
      return
    }
    if format.depth == 8 {
      output.emit(try run(&narrow, frame, &output))
    } else {
      output.emit(try run(&wide, frame, &output))
    }
  }

  private func run<Sample: KernelSample>(
    _ prepared: inout Prepared<Sample>?, _ frame: consuming Frame, _ output: inout FilterOutput
  ) throws(FFmpegError) -> Frame {
    let ready = prepare(&prepared, FrameColour(frame))
    if let rgb = ready.rgb { return try ready.runner.run(rgb, frame, &output) }
    if let luma = ready.luma { return try ready.runner.run(luma, frame, &output) }
    return frame
  }

  /// The programs for frames of that colour; made anew when it changes.
  private func prepare<Sample: KernelSample>(
    _ prepared: inout Prepared<Sample>?, _ colour: FrameColour
  ) -> Prepared<Sample> {
    if let prepared, prepared.colour == colour { return prepared }
    let steps = filters.flatMap { $0.steps(for: colour) }
    var made = Prepared<Sample>(colour: colour)
    if colour.format.isRGB {
      made.rgb = RGBProgram(steps, colour)
    } else {
      made.luma = LumaProgram(steps, colour)
    }
    prepared = made
    return made
  }
}
