import CFFmpeg
import Glibc
import SystemPackage

/// A picture file of each frame.
final class ImageSink: FrameSink {
  private let codec: UnsafePointer<AVCodec>
  private let format: Sink.ImageFormat
  private let pattern: ImagePattern
  private let directory: FilePath
  private let input: FilePath
  private let name: [UInt8]
  private let threads: Int
  private var count = 0
  private var encoder: PictureEncoder?
  private var fitter: FrameFitter?

  init(
    _ format: Sink.ImageFormat, _ pattern: ImagePattern, directory: FilePath, input: FilePath,
    _ threads: Int
  ) throws(FramePoolError) {
    codec = try EncoderCatalog.encoder(
      ["png": "png", "jpg": "mjpeg", "webp": "libwebp"][format.rawValue] ?? "png",
      AVMEDIA_TYPE_VIDEO)
    self.format = format
    self.pattern = pattern
    self.directory = directory
    self.input = input
    self.threads = threads
    name = input.stemBytes
    guard directory.withPlatformString({ mkdir($0, 0o777) }) == 0 || errno == EEXIST else {
      throw failure()
    }
  }

  func write(
    _ frame: borrowing Frame, timeBase: Rational, frameRate: Rational
  ) throws(FramePoolError) {
    count += 1
    let bytes: [UInt8]
    do throws(FFmpegError) {
      let target = FrameFitter.Target(
        width: frame.width, height: frame.height, pixelFormat: pixelFormat(frame.pixelFormat))
      var fitter = fitter?.target == target ? self.fitter : nil
      if fitter == nil {
        fitter = FrameFitter(target, threads: threads)
        encoder = nil
      }
      let picture = try fitter?.fit(try frame.makeReference(), timeBase: timeBase)
      self.fitter = fitter
      guard let picture else { return }
      if encoder == nil { encoder = try PictureEncoder(codec, for: picture) }
      bytes = try encoder?.encode(picture) ?? []
    } catch {
      throw FrameSinks.failure(error, "pictures", input)
    }
    let file = pattern.bytes(
      name: name, number: count, seconds: frame.pts.map { timeBase.seconds($0) })
    try save(bytes, FilePath(bytes: file + ".\(format.rawValue)".utf8))
  }

  func finish() throws(FramePoolError) {
    if count == 0 { throw FramePoolError(.outputFailed, "\(input): there is no frame to write") }
  }

  /// The layout for the picture: its own where the format has it, else the nearest.
  private func pixelFormat(_ own: PixelFormat) -> PixelFormat {
    let accepted = EncoderCatalog.pixelFormats(codec)
    return accepted.isEmpty ? own : own.nearest(among: accepted) ?? own
  }

  private func save(_ bytes: [UInt8], _ name: FilePath) throws(FramePoolError) {
    guard DescriptorIO.create(directory.pushing(name), bytes) else { throw failure() }
  }

  private func failure() -> FramePoolError {
    FramePoolError(
      .ofWriting(),
      "\(input): its pictures cannot be written: \(String(cString: strerror(errno)))")
  }
}
