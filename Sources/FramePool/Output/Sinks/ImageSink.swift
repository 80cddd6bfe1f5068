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
  /// The last number of each name of which there are several.
  private var lastNumbers: [[UInt8]: Int] = [:]
  private var encoder: PictureEncoder?
  /// The shape of the pixels that the encoder was opened for.
  private var shape = Rational(0, 1)
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
    // A worker before this one may have died over the same video.
    for name in Directory.names(in: directory) ?? [] {
      _ = directory.pushing(name).withPlatformString { unlink($0) }
    }
  }

  func write(
    _ frame: borrowing Frame, timeBase: Rational, frameRate: Rational
  ) throws(FramePoolError) {
    count += 1
    let bytes: [UInt8]
    do throws(FFmpegError) {
      let target = target(for: frame)
      var fitter = fitter?.target == target ? self.fitter : nil
      if fitter == nil {
        fitter = FrameFitter(target, threads: threads)
        encoder = nil
      }
      let picture = try fitter?.fit(try frame.makeReference(), timeBase: timeBase)
      self.fitter = fitter
      guard let picture else { return }
      let shape = Rational(picture.raw.pointee.sample_aspect_ratio)
      if encoder == nil || shape != self.shape {
        encoder = try PictureEncoder(codec, for: picture)
        self.shape = shape
      }
      bytes = try encoder?.encode(picture) ?? []
    } catch {
      throw FrameSinks.failure(error, "pictures", input)
    }
    let file = pattern.bytes(
      name: name, number: count, seconds: frame.pts.map { timeBase.seconds($0) })
    try save(bytes, file)
  }

  func finish() throws(FramePoolError) {
    if count == 0 { throw FramePoolError(.outputFailed, "\(input): there is no frame to write") }
  }

  /// What becomes of a frame: its own size, but for formats that cannot say what shape a pixel has, which
  /// get square ones.
  private func target(for frame: borrowing Frame) -> FrameFitter.Target {
    var target = FrameFitter.Target(
      width: frame.width, height: frame.height, pixelFormat: pixelFormat(frame.pixelFormat),
      colours: PictureColours(of: codec.pointee.id))
    let ratio = frame.raw.pointee.sample_aspect_ratio
    guard format == .webp, ratio.num > 0, ratio.den > 0, ratio.num != ratio.den else {
      return target
    }
    // Larger in one direction rather than smaller in the other.
    let stretch = Double(ratio.num) / Double(ratio.den)
    let width = Int(saturating: (Double(frame.width) * max(1, stretch)).rounded())
    let height = Int(saturating: (Double(frame.height) * max(1, 1 / stretch)).rounded())
    guard max(width, height) <= Self.longestSide else { return target }
    (target.width, target.height) = (width, height)
    return target
  }

  /// WebP has 14 bits for a side.
  private static let longestSide = 16383

  /// The layout for the picture: its own where the format has it, else the nearest.
  private func pixelFormat(_ own: PixelFormat) -> PixelFormat {
    let accepted = EncoderCatalog.pixelFormats(codec)
    return accepted.isEmpty ? own : own.nearest(among: accepted) ?? own
  }

  /// Writes a file that is not there yet: pictures whose names would be equal, as those of frames at
  /// one time are, get a number.
  private func save(_ bytes: [UInt8], _ stem: [UInt8]) throws(FramePoolError) {
    var number = lastNumbers[stem].map { $0 + 1 } ?? 1
    while true {
      let ending = (number > 1 ? "-\(number)" : "") + ".\(format.rawValue)"
      let path = directory.pushing(FilePath(bytes: stem + ending.utf8))
      if DescriptorIO.create(path, bytes, replaces: false) { break }
      guard errno == EEXIST else { throw failure() }
      number += 1
      if lastNumbers.count > Self.mostNumbers { lastNumbers = [:] }
      lastNumbers[stem] = number
    }
  }

  /// How many names are remembered of which there are several.
  private static let mostNumbers = 10_000

  private func failure() -> FramePoolError {
    FramePoolError(
      .ofWriting(),
      "\(input): its pictures cannot be written: \(String(cString: strerror(errno)))")
  }
}
