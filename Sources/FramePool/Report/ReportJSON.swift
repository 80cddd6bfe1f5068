import FoundationEssentials

/// A report as JSON: the head, then one file a line, so that a report of any length is written
/// without a second copy of it in memory.
enum ReportJSON {
  static func write(
    _ report: Report, _ write: (String) throws(FramePoolError) -> Void
  ) throws(FramePoolError) {
    try write("{\n \"schema\": \"\(Report.schema)\"")
    try member("tool", report.tool, write)
    try member("machine", report.machine, write)
    try member("options", report.options, write)
    try member("plan", report.plan, write)
    try member("startedAt", report.startedAt.formatted(.iso8601), write)
    try member("wallSeconds", report.wallSeconds, write)
    try member("totals", report.totals, write)
    try member("explanation", report.explanation, write)
    try write(",\n \"files\": [")
    for (index, file) in report.files.enumerated() {
      try write((index == 0 ? "\n  " : ",\n  ") + text(NullableFile(file)))
    }
    try write("\n ]\n}\n")
  }

  /// One value as JSON on one line.
  static func text(_ value: some Encodable) throws(FramePoolError) -> String {
    do {
      return try JSONCoding.text(value, sortsDictionaries: true)
    } catch {
      throw FramePoolError(.internal, "the report cannot be encoded", cause: error)
    }
  }

  private static func member(
    _ key: String, _ value: some Encodable, _ write: (String) throws(FramePoolError) -> Void
  ) throws(FramePoolError) {
    try write(",\n \"\(key)\": " + text(value))
  }
}

/// A record whose optional members are there with the value null, as the schema wants them.
struct NullableFile: Encodable {
  private let file: FileRecord

  init(_ file: FileRecord) {
    self.file = file
  }

  private enum Key: String, CodingKey {
    case output, error, stream, checksum, startOffset, host, pid
  }

  func encode(to encoder: any Swift.Encoder) throws {
    try file.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    if file.output == nil { try container.encodeNil(forKey: .output) }
    if file.error == nil { try container.encodeNil(forKey: .error) }
    if file.stream == nil { try container.encodeNil(forKey: .stream) }
    if file.checksum == nil { try container.encodeNil(forKey: .checksum) }
    if file.startOffset == nil { try container.encodeNil(forKey: .startOffset) }
    if file.host == nil { try container.encodeNil(forKey: .host) }
    if file.pid == nil { try container.encodeNil(forKey: .pid) }
  }
}
