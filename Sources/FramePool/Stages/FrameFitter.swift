import CFFmpeg

/// Frames as one encoder wants them: all of one size and one pixel format.
///
/// A frame that has them already passes untouched.
struct FrameFitter {
  /// What all frames become.
  struct Target: Equatable {
    var width: Int
    var height: Int
    var pixelFormat: PixelFormat
    /// Matrix and range, where they are not the frames' own.
    var colours: PictureColours?

    /// Rows that a picture of `width` square pixels a row has, so that its shape is the frame's.
    static func rows(of frame: borrowing Frame, atWidth width: Int) -> Int {
      let shape = frame.raw.pointee.sample_aspect_ratio
      let aspect = shape.num > 0 && shape.den > 0 ? Double(shape.num) / Double(shape.den) : 1
      let rows = Double(frame.height) * Double(width) / (Double(frame.width) * aspect)
      return Int(saturating: rows.rounded())
    }
  }

  let target: Target
  private let link: GraphLink
  /// Frames that came in another size than the first.
  private(set) var resizedCount = 0
  /// Frames whose pixels were converted, without those that were only resized.
  private(set) var convertedCount = 0

  /// - Parameters:
  ///   - target: What all frames become.
  ///   - threads: For FFmpeg's scaler.
  init(_ target: Target, threads: Int) {
    self.target = target
    link = GraphLink(
      "scale", streamMatrix: nil, turnsFrames: false, frameRate: Rational(0, 1), startTime: .zero,
      threads: threads)
  }

  /// Gives the frame in the target's shape.
  ///
  /// - Throws: ``FFmpegError``.
  mutating func fit(
    _ frame: consuming Frame, timeBase: Rational
  ) throws(FFmpegError) -> Frame {
    let format = frame.pixelFormat
    let hasSize = frame.width == target.width && frame.height == target.height
    let hasColours =
      target.pixelFormat.isRGB || (target.colours.map { $0.are(of: frame) } ?? true)
    if hasSize, hasColours, format == target.pixelFormat { return frame }
    if hasSize, hasColours, format.plainRange == target.pixelFormat {
      // The samples are the same; their range is a tag now.
      frame.raw.pointee.format = target.pixelFormat.rawValue
      frame.raw.pointee.color_range = AVCOL_RANGE_JPEG
      return frame
    }
    if !hasSize { resizedCount += 1 } else { convertedCount += 1 }
    if hasSize, hasColours, isInexact(format), format.movesWhole(to: target.pixelFormat) {
      return try frame.moved(to: target.pixelFormat)
    }
    let colours = Colours(frame, target)
    link.replaceFilters(with: text(colours))
    try link.send(frame, timeBase: timeBase)
    // One frame in gives one frame out: neither filter holds anything back.
    guard case .frame(let result) = try link.receive() else {
      throw FFmpegError(code: .invalidArgument, function: "scale", logLine: nil)
    }
    colours.tag(result)
    return result
  }

  /// Whether FFmpeg's scaler changes samples that need only be moved: it takes RGB of more than 8 bits
  /// through luma and chroma, and leaves out the last column of odd pictures.
  private func isInexact(_ format: PixelFormat) -> Bool {
    if format.isRGB { return format.depth > 8 }
    let isOdd = target.width % 2 != 0 || target.height % 2 != 0
    return isOdd && !format.impliesFullRange && !target.pixelFormat.impliesFullRange
  }

  private func text(_ colours: Colours) -> String {
    "scale=\(target.width):\(target.height):flags=bicubic+accurate_rnd+full_chroma_int"
      + colours.options + ",format=pix_fmts=\(target.pixelFormat.name)"
  }

  /// The range and matrix before and after a conversion, which must not be left to guesses.
  private struct Colours {
    var options = ""
    private var range: AVColorRange?
    private var matrix: AVColorSpace?

    init(_ frame: borrowing Frame, _ wanted: Target) {
      let (source, target) = (frame.pixelFormat, wanted.pixelFormat)
      // Grey pictures are of full range to those who show them.
      let isGrey = wanted.colours != nil && source.componentCount < 3
      let isFull =
        frame.raw.pointee.color_range == AVCOL_RANGE_JPEG || source.impliesFullRange || isGrey
      if let colours = wanted.colours, !target.isRGB, !target.hasPalette {
        let becomesFull = colours == .fullBT601
        if !source.isRGB, !source.hasPalette {
          options = ":in_range=\(isFull ? "full" : "limited")"
        }
        options += ":out_color_matrix=smpte170m:out_range=\(becomesFull ? "full" : "limited")"
        range = becomesFull ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        matrix = AVCOL_SPC_BT470BG
        return
      }
      switch (source.isRGB || source.hasPalette, target.isRGB || target.hasPalette) {
      case (true, true): break
      case (false, false):
        let becomesFull = isFull || target.impliesFullRange
        options = ":in_range=\(isFull ? "full" : "limited")"
        options += ":out_range=\(becomesFull ? "full" : "limited")"
        range = becomesFull ? AVCOL_RANGE_JPEG : isFull ? nil : frame.raw.pointee.color_range
      case (true, false):
        // What players take for granted where nothing is said.
        let isLarge = frame.height >= 720
        matrix = isLarge ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M
        range = target.impliesFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        options = ":out_color_matrix=\(isLarge ? "bt709" : "smpte170m")"
        options += ":out_range=\(target.impliesFullRange ? "full" : "limited")"
      case (false, true):
        options = ":in_range=\(isFull ? "full" : "limited")"
        matrix = AVCOL_SPC_RGB
        range = AVCOL_RANGE_JPEG
      }
    }

    func tag(_ frame: borrowing Frame) {
      if let range { frame.raw.pointee.color_range = range }
      if let matrix { frame.raw.pointee.colorspace = matrix }
    }
  }
}
