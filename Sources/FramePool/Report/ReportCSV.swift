import SystemPackage

/// A report as comma-separated values (RFC 4180): a header and one row per file.
enum ReportCSV {
  private static let columns: [(name: String, value: @Sendable (FileRecord) -> String)] = [
    ("input", { $0.input.path.string }),
    ("status", { $0.status.rawValue }),
    ("error_kind", { $0.error?.kind.rawValue ?? "" }),
    ("error_message", { $0.error?.message ?? "" }),
    ("attempts", { "\($0.attempts)" }),
    ("host", { $0.host ?? "" }),
    ("pid", { text($0.pid) }),
    ("stream_index", { text($0.stream?.index) }),
    ("codec", { $0.stream?.codec ?? "" }),
    ("width", { text($0.stream?.width) }),
    ("height", { text($0.stream?.height) }),
    ("pixel_format", { $0.stream?.pixelFormat ?? "" }),
    ("frame_rate", { text($0.stream?.frameRate) }),
    ("rotation", { text($0.stream?.rotation) }),
    ("duration", { text($0.stream?.duration) }),
    ("frames_decoded", { "\($0.frames.decoded)" }),
    ("frames_sampled", { "\($0.frames.sampled)" }),
    ("frames_filtered", { "\($0.frames.filtered)" }),
    ("decode_errors", { "\($0.frames.decodeErrors)" }),
    ("frames_per_second", { "\($0.framesPerSecond)" }),
    ("seconds_queued", { "\($0.seconds.queued)" }),
    ("seconds_wall", { "\($0.seconds.wall)" }),
    ("seconds_demux", { "\($0.seconds.demux)" }),
    ("seconds_decode", { "\($0.seconds.decode)" }),
    ("seconds_filter", { "\($0.seconds.filter)" }),
    ("cpu_user", { "\($0.cpuSeconds.user)" }),
    ("cpu_system", { "\($0.cpuSeconds.system)" }),
    ("peak_memory_bytes", { "\($0.peakMemoryBytes)" }),
    ("start_offset", { text($0.startOffset) }),
    ("checksum", { $0.checksum ?? "" }),
  ]

  /// Writes the table.
  ///
  /// - Parameters:
  ///   - report: What happened.
  ///   - guardsFormulas: Whether cells that a spreadsheet would run are marked as text.
  ///   - write: Takes the text.
  /// - Throws: What `write` throws.
  static func write(
    _ report: Report, guardsFormulas: Bool, _ write: (String) throws(FramePoolError) -> Void
  ) throws(FramePoolError) {
    try write(columns.map(\.name).joined(separator: ",") + "\r\n")
    for file in report.files {
      try write(
        columns.map { cell($0.value(file), guardsFormulas) }
          .joined(separator: ",") + "\r\n")
    }
  }

  private static func text(_ value: (some CustomStringConvertible)?) -> String {
    value.map { "\($0)" } ?? ""
  }

  /// A field as it stands in the table.
  ///
  /// Spreadsheets run what begins with one of four characters, and file names may begin with any: an
  /// apostrophe in front makes a text of it, as OWASP recommends (CSV injection).
  static func cell(_ field: String, _ guardsFormulas: Bool) -> String {
    let first = field.utf8.first
    let isFormula = first.map { [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains($0) } ?? false
    guard guardsFormulas, isFormula, Double(field) == nil else { return quoted(field) }
    return quoted("'" + field)
  }

  /// A field in quotes where it needs them.
  static func quoted(_ field: String) -> String {
    let isPlain = field.utf8.allSatisfy { $0 != 0x22 && $0 != 0x2C && $0 != 0x0A && $0 != 0x0D }
    guard !isPlain else { return field }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
