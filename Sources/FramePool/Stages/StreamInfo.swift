import CFFmpeg

/// What a container says about one of its streams, read while the container is open.
enum StreamInfo {
  /// The codec's name, or the container's four-character code where FFmpeg knows no codec.
  static func codecName(_ stream: UnsafeMutablePointer<AVStream>) -> String {
    let parameters = stream.pointee.codecpar.pointee
    if parameters.codec_id != AV_CODEC_ID_NONE {
      return String(cString: avcodec_get_name(parameters.codec_id))
    }
    let tag = parameters.codec_tag
    let characters = (0..<4).map { Character(Unicode.Scalar(UInt8(tag >> ($0 * 8) & 0xff))) }
    return tag == 0 || !characters.allSatisfy { $0.isASCII && !$0.isWhitespace }
      ? "unknown" : "'\(String(characters))'"
  }

  /// Whether is known of a stream what a header must say: the rate and the channels of sound, the size of
  /// pictures.
  static func isComplete(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    let parameters = allocated(stream.pointee.codecpar)
    switch parameters.pointee.codec_type {
    case AVMEDIA_TYPE_AUDIO:
      return parameters.pointee.sample_rate > 0 && shim_channel_count(parameters) > 0
    case AVMEDIA_TYPE_VIDEO: return parameters.pointee.width > 0 && parameters.pointee.height > 0
    default: return true
    }
  }

  /// The frame rate as FFmpeg's tools guess it (`av_guess_frame_rate`), 0/1 when unknown.
  static func frameRate(
    _ stream: UnsafeMutablePointer<AVStream>, in context: borrowing InputContext
  ) -> Rational {
    Rational(av_guess_frame_rate(context.raw, stream, nil))
  }

  /// A dictionary of FFmpeg's as one of Swift's; bytes that are no UTF-8 are repaired.
  static func tags(_ dictionary: OpaquePointer?) -> [String: String] {
    var tags: [String: String] = [:]
    var entry: UnsafeMutablePointer<AVDictionaryEntry>?
    while let next = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX) {
      entry = next
      tags[String(cString: next.pointee.key)] = String(cString: next.pointee.value)
    }
    return tags
  }

  /// A piece of a stream's side data; nil when it has none of that type.
  static func sideData(
    _ type: AVPacketSideDataType, of stream: UnsafeMutablePointer<AVStream>
  ) -> [UInt8]? {
    var size = 0
    return shim_stream_side_data(stream, type, &size).map { data in
      Array(UnsafeBufferPointer(start: data, count: size))
    }
  }

  /// The container's display matrix.
  static func displayMatrix(_ stream: UnsafeMutablePointer<AVStream>) -> [Int32]? {
    shim_stream_display_matrix(stream).map { matrix in (0..<9).map { matrix[$0] } }
  }

  /// A description of a video stream for the report.
  static func summary(
    of stream: UnsafeMutablePointer<AVStream>, in context: borrowing InputContext
  ) -> VideoRecord.Stream {
    let parameters = stream.pointee.codecpar.pointee
    let average = Rational(stream.pointee.avg_frame_rate)
    let timeBase = Rational(stream.pointee.time_base)
    let duration: Double? =
      stream.pointee.duration != shim_nopts
      ? timeBase.seconds(stream.pointee.duration)
      : context.raw.pointee.duration != shim_nopts
        ? Double(context.raw.pointee.duration) / Double(AV_TIME_BASE) : nil
    let matrix = displayMatrix(stream)
    return VideoRecord.Stream(
      index: Int(stream.pointee.index), codec: codecName(stream),
      width: Int(parameters.width), height: Int(parameters.height),
      pixelFormat: parameters.format >= 0 ? PixelFormat(rawValue: parameters.format).name : nil,
      frameRate: average.value,
      rotation: matrix.map { Int(saturating: Rotation.degrees($0).rounded()) % 360 } ?? 0,
      duration: duration, variableFrameRate: nil)
  }
}
