/// Does the steps of point filters to frames, for one type of sample.
///
/// A frame is changed in place where it is writable; planes that stay as they are are shared with
/// the frame that came in, not copied.
final class PointRunner<Sample: KernelSample> {
  private let set: KernelSet
  private var constants = ConstantPlanes()

  init(_ set: KernelSet = .best) {
    self.set = set
  }

  /// Runs a program for gray or YUV.
  ///
  /// - Throws: ``FFmpegError`` when memory runs out.
  func run(
    _ program: LumaProgram<Sample>, _ frame: consuming Frame, _ output: inout FilterOutput
  ) throws(FFmpegError) -> Frame {
    if program.isIdentity { return frame }
    let hasChroma = frame.pixelFormat.isChroma(plane: 1)
    if frame.isWritable {
      apply(program, frame, to: frame, output, hasChroma)
      if hasChroma, case .constant = program.chroma { try fill(program, frame) }
      return frame
    }
    let result = try target(for: program, frame, &output, hasChroma)
    apply(program, frame, to: result, output, hasChroma)
    return result
  }

  /// Runs a program for planar RGB.
  ///
  /// - Throws: ``FFmpegError`` when memory runs out.
  func run(
    _ program: RGBProgram<Sample>, _ frame: consuming Frame, _ output: inout FilterOutput
  ) throws(FFmpegError) -> Frame {
    if program.isIdentity { return frame }
    if frame.isWritable {
      apply(program, frame, to: frame, output)
      return frame
    }
    let result = try output.make(like: frame)
    if frame.pixelFormat.hasAlpha {
      try result.share(plane: 3, of: frame)
    }
    apply(program, frame, to: result, output)
    return result
  }

  // MARK: - Gray and YUV

  /// A frame of its own memory for the planes that change; the others are those of `frame`.
  private func target(
    for program: LumaProgram<Sample>, _ frame: borrowing Frame, _ output: inout FilterOutput,
    _ hasChroma: Bool
  ) throws(FFmpegError) -> Frame {
    let format = frame.pixelFormat
    var isConstant = false
    if case .constant = program.chroma { isConstant = hasChroma }
    var shared: [Int] = []
    if program.luma.isIdentity { shared.append(0) }
    if hasChroma, case .kept = program.chroma {
      for plane in 1...2 where program.chromaTables[plane - 1].isIdentity { shared.append(plane) }
    }
    if format.hasAlpha { shared.append(format.componentCount - 1) }
    // Where the luma is shared and the chroma constant, nothing is written at all.
    let result =
      isConstant && program.luma.isIdentity ? try frame.makeBlank() : try output.make(like: frame)
    for plane in shared { try result.share(plane: plane, of: frame) }
    if isConstant { try fill(program, result) }
    return result
  }

  private func fill(
    _ program: LumaProgram<Sample>, _ frame: borrowing Frame
  ) throws(FFmpegError) {
    try constants.replace([(1, program.constants.u), (2, program.constants.v)], of: frame)
  }

  private func apply(
    _ program: LumaProgram<Sample>, _ frame: borrowing Frame, to target: borrowing Frame,
    _ output: borrowing FilterOutput, _ hasChroma: Bool
  ) {
    let maximum = Sample(program.maximum)
    if hasChroma {
      switch program.chroma {
      case .constant: break
      case .kept:
        for plane in 1...2 where !program.chromaTables[plane - 1].isIdentity {
          map(
            frame.view(ofPlane: plane), target.view(ofPlane: plane),
            program.chromaTables[plane - 1], maximum, output)
        }
      case .fromLuma(let before):
        tint(program, before, frame, target, output)
      }
    }
    // After the chroma, which may need the luma as it was.
    if !program.luma.isIdentity {
      map(frame.view(ofPlane: 0), target.view(ofPlane: 0), program.luma, maximum, output)
    }
  }

  private func map(
    _ source: PlaneView, _ target: PlaneView, _ table: PointTable<Sample>, _ maximum: Sample,
    _ output: borrowing FilterOutput
  ) {
    output.forEachBand(of: source.height) { rows, _ in
      for y in rows {
        table.apply(set, source.row(y), target.row(y), source.width, maximum: maximum)
      }
    }
  }

  /// Makes chroma of luma: the mean over each chroma sample's pixels, then a table each for U and
  /// V.
  private func tint(
    _ program: LumaProgram<Sample>, _ before: PointTable<Sample>, _ frame: borrowing Frame,
    _ target: borrowing Frame, _ output: borrowing FilterOutput
  ) {
    let format = frame.pixelFormat
    let luma = frame.view(ofPlane: 0)
    let chroma = (target.view(ofPlane: 1), target.view(ofPlane: 2))
    let maximum = Sample(program.maximum)
    let length = KernelScratch.rowLength(luma.width)
    output.forEachBand(of: chroma.0.height) { band, scratch in
      // A row of sums, then one of samples.
      let sums = scratch.reserve(2 * length, of: UInt32.self)
      let row = UnsafeMutableRawPointer(sums + length).assumingMemoryBound(to: Sample.self)
      for y in band {
        let rows = y << format.chromaShiftY..<min((y + 1) << format.chromaShiftY, luma.height)
        sums.update(repeating: 0, count: luma.width)
        for lumaRow in rows {
          if before.isIdentity {
            Sample.add(set, luma.row(lumaRow), to: sums, luma.width)
          } else {
            before.apply(set, luma.row(lumaRow), row, luma.width, maximum: maximum)
            Sample.add(set, row, to: sums, luma.width)
          }
        }
        CellKernels.groupMeans(
          sums, width: luma.width, shift: format.chromaShiftX, rows: rows.count, row)
        for (plane, table) in [
          (chroma.0, program.chromaTables[0]), (chroma.1, program.chromaTables[1]),
        ] {
          table.apply(set, row, plane.row(y), plane.width, maximum: maximum)
        }
      }
    }
  }

  // MARK: - RGB

  private func apply(
    _ program: RGBProgram<Sample>, _ frame: borrowing Frame, to target: borrowing Frame,
    _ output: borrowing FilterOutput
  ) {
    let format = frame.pixelFormat
    let order = (
      format.plane(ofComponent: 0), format.plane(ofComponent: 1), format.plane(ofComponent: 2)
    )
    let source = (
      frame.view(ofPlane: order.0), frame.view(ofPlane: order.1), frame.view(ofPlane: order.2)
    )
    let result = (
      target.view(ofPlane: order.0), target.view(ofPlane: order.1), target.view(ofPlane: order.2)
    )
    let width = frame.width
    output.forEachBand(of: frame.height) { band, scratch in
      let luma = scratch.reserve(KernelScratch.rowLength(width), of: Sample.self)
      for y in band {
        var rows: Rows = (source.0.row(y), source.1.row(y), source.2.row(y))
        let targets: Rows = (result.0.row(y), result.1.row(y), result.2.row(y))
        for pass in program.passes {
          apply(pass, program, rows, to: targets, luma, width)
          rows = targets
        }
      }
    }
  }

  private typealias Row = UnsafeMutablePointer<Sample>
  private typealias Rows = (Row, Row, Row)

  private func apply(
    _ pass: RGBProgram<Sample>.Pass, _ program: RGBProgram<Sample>, _ source: Rows, to target: Rows,
    _ luma: Row, _ width: Int
  ) {
    let maximum = Sample(program.maximum)
    func makeLuma() {
      withUnsafePointer(to: program.weights.values) { values in
        values.withMemoryRebound(to: UInt32.self, capacity: 3) { values in
          Sample.luma(set, source.0, source.1, source.2, luma, width, weights: values)
        }
      }
    }
    switch pass {
    case .tables(let tables):
      tables[0].apply(set, source.0, target.0, width, maximum: maximum)
      tables[1].apply(set, source.1, target.1, width, maximum: maximum)
      tables[2].apply(set, source.2, target.2, width, maximum: maximum)
    case .gray:
      makeLuma()
      target.0.update(from: luma, count: width)
      target.1.update(from: luma, count: width)
      target.2.update(from: luma, count: width)
    case .saturate(let keep):
      makeLuma()
      Sample.mix(set, source.0, luma, target.0, width, keep: keep, maximum: maximum)
      Sample.mix(set, source.1, luma, target.1, width, keep: keep, maximum: maximum)
      Sample.mix(set, source.2, luma, target.2, width, keep: keep, maximum: maximum)
    }
  }
}
