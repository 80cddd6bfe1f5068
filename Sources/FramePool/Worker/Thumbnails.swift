import CFFmpeg
import FoundationEssentials

/// Small pictures of one frame, before the filters and behind them.
///
/// The frame in the middle of the video stands for it, as far as the container says where that is;
/// the first one until then.
final class Thumbnails {
  private let width: Int
  /// When the frame is shown that is wanted, in seconds.
  private let middle: Double
  private var before: (picture: String, seconds: Double)?
  private var after: String?
  private var isBeforeFinal = false
  private var isAfterFinal = false

  /// - Parameters:
  ///   - width: In pixels.
  ///   - start: When the frames begin, in seconds.
  ///   - duration: How long they go on, in seconds; nil when unknown.
  init(width: Int, start: Double, duration: Double?) {
    self.width = width
    middle = start + (duration ?? 0) / 2
  }

  /// Looks at a frame that goes into the filters.
  func note(before frame: borrowing Frame, _ timeBase: Rational) {
    guard !isBeforeFinal else { return }
    let seconds = frame.pts.map { timeBase.seconds($0) } ?? 0
    isBeforeFinal = seconds >= middle
    guard before == nil || isBeforeFinal, let picture = picture(frame, timeBase) else { return }
    before = (picture, seconds)
    // What comes out next may be this very frame.
    after = nil
  }

  /// Looks at a frame that comes out of the filters.
  func note(after frame: borrowing Frame, _ timeBase: Rational) {
    guard !isAfterFinal, let before else { return }
    let seconds = frame.pts.map { timeBase.seconds($0) } ?? 0
    guard after == nil, seconds >= before.seconds - 1e-6, let picture = picture(frame, timeBase)
    else { return }
    after = picture
    isAfterFinal = isBeforeFinal
  }

  /// The pictures: one where nothing was filtered.
  func pictures(filtered: Bool) -> [String] {
    [before?.picture, filtered ? after : nil].compactMap(\.self)
  }

  /// A frame as a small JPEG file in base64; nil where it cannot be made, which is no reason to fail.
  private func picture(_ frame: borrowing Frame, _ timeBase: Rational) -> String? {
    guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG), frame.width > 0, frame.height > 0
    else { return nil }
    let rows = FrameFitter.Target.rows(of: frame, atWidth: width)
    let target = FrameFitter.Target(
      width: width, height: max(16, min(2 * width, rows / 2 * 2)),
      pixelFormat: PixelFormat(rawValue: AV_PIX_FMT_YUVJ420P.rawValue), colours: .fullBT601)
    var fitter = FrameFitter(target, threads: 1)
    do throws(FFmpegError) {
      let small = try fitter.fit(try frame.makeReference(), timeBase: timeBase)
      var encoder = try PictureEncoder(codec, for: small, quality: 5)
      return Data(try encoder.encode(small)).base64EncodedString()
    } catch {
      return nil
    }
  }
}
