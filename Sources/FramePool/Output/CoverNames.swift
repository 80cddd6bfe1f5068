import CFFmpeg

/// The file names of cover pictures that become attachments: their own, else `cover.jpg` and its
/// like, and never one for two.
struct CoverNames {
  private var taken: Set<String>

  /// - Parameter context: The input, whose other attachments keep their names.
  init(beside context: borrowing InputContext) {
    taken = []
    for index in 0..<context.streamCount {
      guard let stream = context.stream(index),
        let name = Self.tag("filename", of: stream)
      else { continue }
      let isCover = stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
      if !isCover { taken.insert(name.lowercased()) }
    }
  }

  /// Finds a picture's name and type.
  mutating func name(
    of stream: UnsafeMutablePointer<AVStream>
  ) -> (file: String, mimeType: String) {
    let (suffix, type) = Self.kind(stream.pointee.codecpar.pointee.codec_id)
    let wanted = Self.tag("filename", of: stream) ?? "cover.\(suffix)"
    var name = wanted
    var number = 2
    while !taken.insert(name.lowercased()).inserted {
      name = Self.numbered(wanted, number)
      number += 1
    }
    return (name, Self.tag("mimetype", of: stream) ?? type)
  }

  /// `cover-2.jpg` for `cover.jpg`.
  private static func numbered(_ name: String, _ number: Int) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
      return "\(name)-\(number)"
    }
    return "\(name[..<dot])-\(number)\(name[dot...])"
  }

  private static func tag(_ name: String, of stream: UnsafeMutablePointer<AVStream>) -> String? {
    StreamInfo.tags(stream.pointee.metadata)
      .first { $0.key.lowercased() == name && !$0.value.isEmpty }?.value
  }

  private static func kind(_ codec: AVCodecID) -> (suffix: String, mimeType: String) {
    switch codec {
    case AV_CODEC_ID_PNG: ("png", "image/png")
    case AV_CODEC_ID_BMP: ("bmp", "image/bmp")
    case AV_CODEC_ID_GIF: ("gif", "image/gif")
    case AV_CODEC_ID_TIFF: ("tiff", "image/tiff")
    case AV_CODEC_ID_WEBP: ("webp", "image/webp")
    default: ("jpg", "image/jpeg")
    }
  }
}
