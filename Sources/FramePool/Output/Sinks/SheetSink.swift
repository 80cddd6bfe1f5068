import CFFmpeg
import Glibc
import SystemPackage

/// A contact sheet: small pictures from all over the video, evenly in frames, with their times.
///
/// One pass, in bounded memory, whatever the container says of the length: every `stride`th frame
/// is kept, and when there are four times as many as the sheet takes, every other one is dropped
/// and the stride is doubled.
final class SheetSink: FrameSink {
  private let columns: Int
  private let rows: Int
  private let width: Int
  private let path: FilePath
  private let input: FilePath
  private var stride = 1
  private var index = 0
  private var kept: [ContactSheet.Cell] = []
  private var fitter: FrameFitter?

  init(columns: Int, rows: Int, width: Int, _ path: FilePath, _ input: FilePath) {
    self.columns = columns
    self.rows = rows
    self.width = width
    self.path = path
    self.input = input
  }

  private var capacity: Int { columns * rows }

  func write(
    _ frame: borrowing Frame, timeBase: Rational, frameRate: Rational
  ) throws(FramePoolError) {
    defer { index += 1 }
    guard index.isMultiple(of: stride) else { return }
    do throws(FFmpegError) {
      let picture = try shrink(frame, timeBase)
      var cell = ContactSheet.Cell(picture)
      if let pts = frame.pts { cell.stamp(timeBase.seconds(pts)) }
      kept.append(cell)
    } catch {
      throw FrameSinks.failure(error, "contact sheet", input)
    }
    if kept.count == capacity * 4 {
      kept = kept.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
      stride *= 2
    }
  }

  func finish() throws(FramePoolError) {
    guard !kept.isEmpty else {
      throw FramePoolError(.outputFailed, "\(input): there is no frame to show")
    }
    let count = min(capacity, kept.count)
    let chosen = (0..<count).map { kept[(2 * $0 + 1) * kept.count / (2 * count)] }
    let lines = Swift.stride(from: 0, to: count, by: columns).map { start in
      Array(chosen[start..<min(start + columns, count)])
    }
    let bytes: [UInt8]
    do {
      bytes = try ContactSheet(rows: lines).png()
    } catch {
      throw FramePoolError(.outputFailed, "\(input): its contact sheet cannot be made: \(error)")
    }
    guard DescriptorIO.create(path, bytes) else {
      throw FramePoolError(
        .ofWriting(),
        "\(input): its contact sheet cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  /// The frame at the sheet's width, with square pixels.
  private func shrink(
    _ frame: borrowing Frame, _ timeBase: Rational
  ) throws(FFmpegError) -> Frame {
    let rows = FrameFitter.Target.rows(of: frame, atWidth: width)
    let target = FrameFitter.Target(
      width: width, height: max(1, min(8 * width, rows)),
      pixelFormat: PixelFormat(rawValue: AV_PIX_FMT_RGB24.rawValue))
    var fitter = fitter?.target == target ? self.fitter : nil
    if fitter == nil { fitter = FrameFitter(target, threads: 1) }
    defer { self.fitter = fitter }
    guard let picture = try fitter?.fit(try frame.makeReference(), timeBase: timeBase) else {
      throw FFmpegError(code: .invalidArgument, function: "scale", logLine: nil)
    }
    return picture
  }
}
