import CFFmpeg

extension EncoderChoice {
  /// Whether the encoder writes closed captions into its pictures, and was not told to leave them.
  var keepsCaptions: Bool {
    shim_encoder_has_option(codec, "a53cc") != 0
      && !["0", "false", "no", "n", "off", "disabled"].contains(option("a53cc") ?? "1")
  }

  /// Whether the encoder writes user data of the input's pictures when told, and nobody has told it.
  var canKeepUserData: Bool {
    shim_encoder_has_option(codec, "udu_sei") != 0 && option("udu_sei") == nil
  }

  /// Whether it encodes fields as fields, when told at the beginning.
  var keepsScan: Bool {
    switch EncoderCatalog.name(codec) {
    case "libx264", "libx264rgb", "mpeg2video", "mpeg4", "prores_ks": true
    case "ffv1": marksEachScan
    default: false
    }
  }

  /// Whether each frame says for itself how it is scanned: FFV1's slices do since version 3.
  private var marksEachScan: Bool {
    EncoderCatalog.name(codec) == "ffv1" && (option("level").flatMap { Int($0) } ?? 0) >= 3
  }

  /// The value that the encoder gets of an option.
  private func option(_ name: String) -> String? { options.last { $0.name == name }?.value }

  /// What is lost of how frames were scanned.
  ///
  /// - Parameter scans: How many frames went into the encoder, by how they were scanned.
  /// - Returns: Losses about the field order.
  func scanLosses(_ scans: [FrameScan: Int]) -> [FactLoss] {
    guard !marksEachScan else { return [] }
    let name = EncoderCatalog.name(codec)
    let kept: Set<FrameScan> =
      switch (keepsScan, scanAtFirst) {
      case (false, _), (true, .progressive): [.progressive]
      // x264 decides ahead, so that a change comes some frames early or late.
      case (true, let first) where name.hasPrefix("libx264"): [first]
      case (true, _): [.topFieldFirst, .bottomFieldFirst]
      }
    return scans.filter { !kept.contains($0.key) }.map { scan, count in
      FactLoss(
        "field order",
        "field order: \(Quantity.text(count, "picture")) of \(scans.values.saturatingSum()) are "
          + "\(scan), and \(name) encodes all as \(scanAtFirst)")
    }
  }
}
