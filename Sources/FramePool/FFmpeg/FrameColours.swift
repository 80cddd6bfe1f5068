import CFFmpeg

/// What a frame says of how its samples become colours.
struct FrameColours: Equatable, CustomStringConvertible {
  var range: AVColorRange
  var primaries: AVColorPrimaries
  var transfer: AVColorTransferCharacteristic
  var matrix: AVColorSpace

  init(_ frame: borrowing Frame) {
    range = frame.raw.pointee.color_range
    // The same by its pixel format's name.
    if range == AVCOL_RANGE_UNSPECIFIED, frame.pixelFormat.impliesFullRange {
      range = AVCOL_RANGE_JPEG
    }
    primaries = frame.raw.pointee.color_primaries
    transfer = frame.raw.pointee.color_trc
    matrix = frame.raw.pointee.colorspace
  }

  var description: String {
    [
      av_color_range_name(range), av_color_primaries_name(primaries),
      av_color_transfer_name(transfer), av_color_space_name(matrix),
    ].map { $0.map { String(cString: $0) } ?? "unknown" }.joined(separator: "/")
  }
}
