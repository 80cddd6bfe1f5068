import CFFmpeg

/// A kind of data that travels with single frames and means something to who sees them.
enum FrameData: String, Hashable, CaseIterable {
  /// CEA-608 and CEA-708.
  case captions = "closed captions in the pictures"
  case hdr10Plus = "HDR10+ metadata of each picture"
  case hdrVivid = "HDR Vivid metadata of each picture"
  case dolbyVision = "Dolby Vision"
  case activeFormat = "active format description"
  case timecode = "timecode in the pictures"
  case groupTimecode = "timecode of the groups of pictures"
  case userData = "user data in the pictures"
  case displayMatrix = "rotation of single pictures"
  case iccProfile = "ICC profile"

  /// The kind of a piece of side data; nil for what only concerns a codec, or is applied to the
  /// samples before they are seen.
  init?(_ type: AVFrameSideDataType, _ bytes: UnsafeRawBufferPointer) {
    switch type {
    case AV_FRAME_DATA_A53_CC: self = .captions
    case AV_FRAME_DATA_DYNAMIC_HDR_PLUS: self = .hdr10Plus
    case AV_FRAME_DATA_DYNAMIC_HDR_VIVID: self = .hdrVivid
    case AV_FRAME_DATA_DOVI_RPU_BUFFER, AV_FRAME_DATA_DOVI_METADATA: self = .dolbyVision
    case AV_FRAME_DATA_AFD: self = .activeFormat
    case AV_FRAME_DATA_S12M_TIMECODE: self = .timecode
    case AV_FRAME_DATA_GOP_TIMECODE: self = .groupTimecode
    case AV_FRAME_DATA_DISPLAYMATRIX: self = .displayMatrix
    case AV_FRAME_DATA_ICC_PROFILE: self = .iccProfile
    case AV_FRAME_DATA_SEI_UNREGISTERED:
      if Self.encoderMarks.contains(where: { bytes.starts(with: $0) }) { return nil }
      self = .userData
    default: return nil
    }
  }

  /// What encoders write about themselves begins with these: x264's, x265's and Kvazaar's.
  private static let encoderMarks: [[UInt8]] = [
    [
      0x32, 0xfe, 0x46, 0x6c, 0x98, 0x41, 0x42, 0x69, 0xae, 0x35, 0x6a, 0x91, 0x54, 0x9e, 0xf3,
      0xf1,
    ],
    [
      0xdc, 0x45, 0xe9, 0xbd, 0xe6, 0xd9, 0x48, 0xb7, 0x96, 0x2c, 0xd8, 0x20, 0xd9, 0x23, 0xee,
      0xef,
    ],
    [
      0x2c, 0xa2, 0xde, 0x09, 0xb5, 0x17, 0x47, 0xdb, 0xbb, 0x55, 0xa4, 0xfe, 0x7f, 0xc2, 0xfc,
      0x4e,
    ],
  ]
}

extension Frame {
  /// Leaves out what the input's encoder wrote about itself, and keeps other user data.
  func dropEncoderMarks() {
    let type = AV_FRAME_DATA_SEI_UNREGISTERED
    var kept: [[UInt8]] = []
    var hasMark = false
    for index in 0..<Int(max(0, raw.pointee.nb_side_data)) {
      guard let data = raw.pointee.side_data[index]?.pointee, data.type == type else { continue }
      let bytes = UnsafeRawBufferPointer(start: data.data, count: data.size)
      if FrameData(type, bytes) == nil { hasMark = true } else { kept.append(Array(bytes)) }
    }
    guard hasMark else { return }
    av_frame_remove_side_data(raw, type)
    for bytes in kept {
      av_frame_new_side_data(raw, type, bytes.count)?.pointee.data
        .update(from: bytes, count: bytes.count)
    }
  }
}
