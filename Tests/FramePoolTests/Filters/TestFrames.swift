import CFFmpeg

@testable import FramePool

/// Made-up frames, and filters run on them in this process.
enum TestFrames {
  /// A frame of that layout with samples that are smooth with noise on top: like a picture, and
  /// with every value in it.
  static func make(
    _ format: String, width: Int = 70, height: Int = 37, seed: UInt64 = 1, pts: Int64 = 0,
    isFullRange: Bool = false
  ) -> Frame {
    let frame = Frame()
    frame.raw.pointee.width = CInt(width)
    frame.raw.pointee.height = CInt(height)
    frame.raw.pointee.format = av_get_pix_fmt(format).rawValue
    frame.raw.pointee.pts = pts
    if isFullRange { frame.raw.pointee.color_range = AVCOL_RANGE_JPEG }
    precondition(av_frame_get_buffer(frame.raw, 0) >= 0, "no memory for a frame")
    var generator = Generator(seed)
    let pixelFormat = frame.pixelFormat
    let isNarrow = pixelFormat.depth == 8
    for (index, rows) in pixelFormat.planeHeights(height: height).enumerated() {
      guard let plane = frame.memory(ofPlane: index) else { continue }
      let bytes = Int(av_image_get_linesize(frame.pixelFormat.raw, CInt(width), CInt(index)))
      for y in 0..<rows {
        let row = plane.base + y * plane.stride
        for x in 0..<bytes / (isNarrow ? 1 : 2) {
          let maximum = 1 << pixelFormat.depth - 1
          let wave = (x * 5 + y * 3 + Int(seed) * 11) % 200 * maximum / 200
          let noise = Int.random(in: 0...maximum / 4, using: &generator) - maximum / 8
          let value = min(max(wave + noise, 0), maximum)
          if isNarrow {
            row[x] = UInt8(value)
          } else {
            UnsafeMutableRawPointer(row).assumingMemoryBound(to: UInt16.self)[x] = UInt16(value)
          }
        }
      }
    }
    return frame
  }

  /// Runs a chain of own filters on frames, each in its turn, and gives what comes out.
  static func own(_ chain: String, _ frames: consuming FrameList) throws -> FrameList {
    var result = frames
    for filter in try filters(chain) {
      var output = FilterOutput()
      var next = FrameList()
      while let frame = result.take() {
        output.prepare(for: frame, filter, Rational(1, 25))
        try filter.filter(frame, into: &output)
        while let made = output.take() { next.append(made) }
      }
      try filter.finish(into: &output)
      while let made = output.take() { next.append(made) }
      result = next
    }
    return result
  }

  /// Runs a chain of own filters on one frame.
  static func own(_ chain: String, _ frame: consuming Frame) throws -> Frame {
    var list = FrameList()
    list.append(frame)
    var result = try own(chain, list)
    guard let made = result.take() else { throw Missing() }
    return made
  }

  /// The filters of a chain, each by itself; `fused` puts all of them into one point chain.
  static func filters(_ chain: String, fused: Bool = false) throws -> [any FrameFilter] {
    let filters = try FilterSyntax.filters(chain).map { typed in
      guard let type = FilterCatalog.own(typed.name) else { throw Missing() }
      return try FilterPlan.make(type, typed.options)
    }
    return fused ? [PointChain(filters.compactMap { $0 as? any PointFilter })] : filters
  }

  /// Runs FFmpeg's filters on one frame.
  static func ffmpeg(_ chain: String, _ frame: consuming Frame) throws -> Frame {
    let graph = try FilterGraph(
      chain, for: frame, timeBase: Rational(1, 25), frameRate: Rational(25, 1), threads: 1)
    try graph.send(frame)
    try graph.drain(end: nil)
    guard case .frame(let result) = try graph.receive() else { throw Missing() }
    return result
  }

  /// The samples of one plane, row after row.
  static func samples(_ frame: borrowing Frame, plane: Int) -> [Int] {
    let view = frame.view(ofPlane: plane)
    let isNarrow = frame.pixelFormat.depth == 8
    return (0..<view.height).flatMap { y in
      (0..<view.width).map { x in
        isNarrow ? Int(view.row(y, as: UInt8.self)[x]) : Int(view.row(y, as: UInt16.self)[x])
      }
    }
  }

  /// The MD5 of one frame.
  static func sum(_ frame: borrowing Frame) -> String {
    var checksum = FrameChecksum()
    checksum.update(frame)
    return checksum.finish()
  }

  struct Missing: Error {}
}

/// Frames in a row.
struct FrameList: ~Copyable {
  private var boxes: [Box] = []

  private final class Box {
    var frame: Frame?
    init(_ frame: consuming Frame) { self.frame = consume frame }
  }

  init() {}

  var count: Int { boxes.count }

  mutating func append(_ frame: consuming Frame) {
    boxes.append(Box(frame))
  }

  mutating func take() -> Frame? {
    boxes.isEmpty ? nil : boxes.removeFirst().frame.take()
  }
}

extension PixelFormat {
  var raw: AVPixelFormat { AVPixelFormat(rawValue) }
}
