/// Extensions of file names by which a directory's videos are told from its other files.
enum MediaExtensions {
  private static let known: Set<String> = [
    "264", "265", "3g2", "3gp", "amv", "apng", "asf", "av1", "avi", "avif", "dv", "evo", "f4v",
    "flv", "gif", "gxf", "h261", "h263", "h264", "h265", "hevc", "ivf", "lrv", "m1v", "m2t", "m2ts",
    "m2v", "m4v", "mj2", "mjpeg", "mjpg", "mk3d", "mkv", "mod", "mov", "mp4", "mpe", "mpeg", "mpg",
    "mpv", "mts", "mxf", "nut", "obu", "ogm", "ogv", "ogg", "qt", "rm", "rmvb", "roq", "tod", "tp",
    "trp", "ts", "vc1", "vob", "webm", "wmv", "wtv", "y4m",
  ]

  /// Whether a file of this name is taken for a video.
  ///
  /// - Parameter name: Ends with a zero.
  /// - Returns: Whether its extension is a known one; case does not matter.
  static func contains(nameOf name: [CChar]) -> Bool {
    guard let dot = name.lastIndex(of: 0x2E), dot > 0 else { return false }
    let bytes = name[(dot + 1)...].dropLast().map { UInt8(bitPattern: $0) }
    return bytes.count < 8 && contains(String(decoding: bytes, as: UTF8.self))
  }

  /// Whether a file with this extension is taken for a video; case does not matter.
  static func contains(_ name: String) -> Bool {
    known.contains(name.lowercased())
  }
}
