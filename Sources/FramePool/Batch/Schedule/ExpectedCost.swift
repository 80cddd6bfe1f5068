/// What a video's encoding will probably cost, where a plan of its output has looked into it.
enum ExpectedCost {
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
}
