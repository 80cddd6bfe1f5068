/// What a video will probably cost: for the order of a batch, in which what takes longest must not
/// start last.
enum ExpectedCost {
  /// Up to how many videos for each worker it is worth looking into them first: with more, the last
  /// ones are a small part of the whole.
  private static let videosPerSlot = 8

  /// The mean size, in bytes, from which opening a file twice costs next to nothing: a look takes
  /// some 5 ms, decoding a megabyte 50 to 300 ms.
  private static let worthwhileSize: Int64 = 2_000_000

  /// Whether the videos are few and large enough to be looked into first.
  ///
  /// - Parameters:
  ///   - sizes: In bytes.
  ///   - slots: Workers at once.
  /// - Returns: Whether a probe of each pays.
  static func isWorthAProbe(_ sizes: [Int64], slots: Int) -> Bool {
    // With no more videos than workers all of them start at once.
    guard sizes.count > slots, sizes.count <= slots * videosPerSlot else { return false }
    return sizes.reduce(0, +) >= worthwhileSize * Int64(sizes.count)
  }

  /// Seconds that encoding takes, roughly: with a fast preset, some 20 ns a pixel.
  ///
  /// - Parameter plan: What is made of the video.
  /// - Returns: Seconds; nil when the container does not say how long it is.
  static func seconds(_ plan: OutputPlan) -> Double? {
    let share = slowness[plan.encoder] ?? 1
    return plan.expectedFrames.map {
      $0 * Double(plan.width) * Double(plan.height) * 2e-8 * share
    }
  }

  /// How much longer than x264 others take for a pixel.
  private static let slowness = [
    "ffv1": 0.4, "mjpeg": 0.3, "prores_ks": 0.7, "libx265": 4, "libvpx-vp9": 5, "libaom-av1": 10,
    "librav1e": 10,
  ]

  /// Seconds that decoding takes, roughly: by the pixels that the container declares and by the
  /// bytes, as measured with H.264 on a machine of 2022; other codecs are of the same order.
  ///
  /// - Parameters:
  ///   - probe: What the container says.
  ///   - size: The file's size in bytes.
  /// - Returns: Seconds; nil when the container does not say how long it is.
  static func seconds(_ probe: Probe, size: Int64) -> Double? {
    guard let stream = probe.streams.first(where: \.isChosen), let width = stream.width,
      let height = stream.height
    else { return nil }
    let timed = (stream.duration ?? probe.duration).flatMap { duration in
      stream.frameRate.map { duration * $0 }
    }
    guard let frames = stream.declaredFrames.map(Double.init) ?? timed, frames.isFinite else {
      return nil
    }
    return Double(width) * Double(height) * frames * 1.7e-9 + Double(size) * 1.8e-8
  }
}
