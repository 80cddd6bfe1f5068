/// What the filters that look at neighbouring samples have in common: a frame of the same layout,
/// some planes made anew and the others shared with the frame that came in.
enum PlaneFilter {
  /// Which planes of a frame a filter makes.
  enum Planes {
    /// Luma, or red, green and blue.
    case luma
    /// All but alpha.
    case colours
  }

  /// Makes a frame and lets `body` fill the planes that are chosen.
  ///
  /// - Parameters:
  ///   - planes: Which ones; the rest is shared.
  ///   - frame: Of an ``PixelFormat/isPlanar`` format.
  ///   - inPlace: Whether the frame's own planes may be the target where they are writable.
  ///   - output: Has the memory.
  ///   - body: Called for each chosen plane with its index, the source, the target, and a band of
  ///     rows to fill with memory for that; for several bands at the same time.
  /// - Returns: The frame that `body` has filled.
  /// - Throws: ``FFmpegError`` when memory runs out.
  static func apply(
    to planes: Planes, of frame: consuming Frame, inPlace: Bool, _ output: inout FilterOutput,
    _ body: (
      _ index: Int, _ source: PlaneView, _ target: PlaneView, _ rows: Range<Int>,
      _ scratch: KernelScratch
    ) -> Void
  ) throws(FFmpegError) -> Frame {
    let format = frame.pixelFormat
    func isChosen(_ plane: Int) -> Bool {
      !format.isAlpha(plane: plane) && (planes == .colours || !format.isChroma(plane: plane))
    }
    let count = format.componentCount
    // A band's neighbours must be there still when it comes to them.
    if inPlace, frame.isWritable, !output.team.isParallel {
      for plane in 0..<count where isChosen(plane) {
        let view = frame.view(ofPlane: plane)
        output.forEachBand(of: view.height) { body(plane, view, view, $0, $1) }
      }
      return frame
    }
    let result = try output.make(like: frame)
    for plane in 0..<count {
      if isChosen(plane) {
        let (source, target) = (frame.view(ofPlane: plane), result.view(ofPlane: plane))
        output.forEachBand(of: source.height) { body(plane, source, target, $0, $1) }
      } else {
        try result.share(plane: plane, of: frame)
      }
    }
    return result
  }
}
