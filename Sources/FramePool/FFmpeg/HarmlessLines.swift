/// Lines that demuxers and decoders log as errors, and that say nothing of the pictures and the sound.
///
/// Each is here with what it means in FFmpeg 5.1 to 9; what is not here counts as damage.
enum HarmlessLines {
  /// Whether a line is one of them: it begins so, behind the name of who logged it.
  ///
  /// Further inside, a line may repeat a text of the file's.
  static func contain(_ line: String) -> Bool {
    let end = line.firstRange(of: "] ")?.upperBound ?? line.startIndex
    return texts.contains { line[end...].hasPrefix($0) }
  }

  private static let texts = [
    // DV: a camera that has set no time code, or a converter that left it out.
    "Detected timecode is invalid",
    // JPEG: application segments are a camera's own business; the picture has none of them.
    "unable to decode APP fields",
    // JPEG: EXIF data of another form, which becomes no tag.
    "mjpeg: invalid TIFF header in EXIF data",
    // MOV: a mark for chapters whose track was cut away; there are no chapters then.
    "Referenced QT chapter track not found",
    // Matroska: an attachment without a name, a type or data. There is nothing to carry.
    "incomplete attachment",
    // ID3, which some containers hold: a tag that no program can read.
    "Incorrect BOM value", "Error reading comment frame, skipped", "Error reading lyrics, skipped",
    // Ogg and FLAC: a cover picture of an unknown kind, which is left out.
    "Unknown attached picture mimetype", "Invalid picture type:",
  ]
}
