import CFFmpeg

extension EncoderChoice {
  /// About how many bytes the output will have: for a look at the room on a disk, no more.
  ///
  /// - Parameters:
  ///   - width: In pixels.
  ///   - height: In pixels.
  ///   - inputSize: In bytes.
  ///   - duration: In seconds; nil when unknown.
  ///   - frameRate: Frames per second; nil when unknown.
  /// - Returns: Bytes.
  func expectedBytes(
    width: Int, height: Int, inputSize: Int64, duration: Double?, frameRate: Double?
  ) -> Int64 {
    if let bitrate = options.last(where: { $0.name == "b" }).flatMap({ Double($0.value) }),
      bitrate > 0, let duration
    {
      return Int64(saturating: bitrate * duration / 8).saturatingAdd(inputSize / 10)
    }
    let properties = avcodec_descriptor_get(codec.pointee.id)?.pointee.props ?? 0
    let isLossy = properties & CInt(AV_CODEC_PROP_LOSSY) != 0
    guard !isLossy, let duration else { return inputSize }
    // Lossless codecs halve what camera pictures take.
    let bits = Double(
      max(
        1,
        av_get_bits_per_pixel(
          av_pix_fmt_desc_get(
            AVPixelFormat(pixelFormat.rawValue)))))
    let raw = Double(width) * Double(height) * bits / 8 * duration * (frameRate ?? 25)
    return Int64(saturating: raw / 2).saturatingAdd(inputSize / 10)
  }
}
