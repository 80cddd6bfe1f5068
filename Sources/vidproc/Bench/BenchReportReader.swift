import FoundationEssentials
import FramePool

/// The parts of a report that a comparison needs.
struct BenchReportReader: Decodable {
  /// A file.
  struct File: Decodable {
    struct Frames: Decodable { var decoded: Int }

    var frames: Frames
    var checksum: String?
  }

  var tool: Report.Tool
  var explanation: Explanation?
  var files: [File]

  /// Reads a report.
  static func read(_ path: String) throws -> BenchReportReader {
    let text = TextFile.read(path) ?? ""
    return try JSONDecoder().decode(Self.self, from: Data(text.utf8))
  }
}
