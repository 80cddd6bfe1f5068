import FoundationEssentials
import SystemPackage

/// What FFmpeg's own programs say about a file.
enum MediaProbe {
  struct Stream: Decodable {
    var index: Int
    var codecType: String?
    var codecName: String?
    var width: Int?
    var height: Int?
    var pixFmt: String?
    var sampleAspectRatio: String?
    var colorRange: String?
    var colorSpace: String?
    var colorTransfer: String?
    var colorPrimaries: String?
    var fieldOrder: String?
    var startTime: String?
    var duration: String?
    var tags: [String: String]?
    var disposition: [String: Int]?
    var sideDataList: [SideData]?

    var language: String? { tags?["language"].flatMap { $0 == "und" ? nil : $0 } }
    var isCover: Bool { disposition?["attached_pic"] == 1 }
  }

  struct SideData: Decodable {
    var sideDataType: String?
    var rotation: Double?
  }

  struct Format: Decodable {
    var duration: String?
    var formatName: String?
    var startTime: String?
    var tags: [String: String]?
  }

  struct Chapter: Decodable {
    var startTime: String?
    var endTime: String?
    var tags: [String: String]?
  }

  struct File: Decodable {
    var streams: [Stream]
    var format: Format
    var chapters: [Chapter]

    func streams(_ kind: String) -> [Stream] { streams.filter { $0.codecType == kind } }

    /// The video that is not a cover; the largest of several, as FFmpeg chooses.
    var video: Stream? {
      streams("video").filter { !$0.isCover }
        .max { ($0.width ?? 0) * ($0.height ?? 0) < ($1.width ?? 0) * ($1.height ?? 0) }
    }
  }

  /// What an output has at zero, in seconds of the input's time: broadcasts begin anywhere, and the
  /// files of other containers where they say.
  static func zero(of path: FilePath) async throws -> Double {
    let format = try await file(path).format
    let countsFromZero = ["mov", "matroska", "nut"].contains {
      (format.formatName ?? "").hasPrefix($0)
    }
    return countsFromZero ? 0 : format.startTime.flatMap { Double($0) } ?? 0
  }

  /// What ffprobe says.
  static func file(_ path: FilePath) async throws -> File {
    let text = try await Run.program(
      "ffprobe",
      [
        "-v", "error", "-show_streams", "-show_format", "-show_chapters", "-of", "json",
        path.string,
      ])
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(File.self, from: Data(text.utf8))
  }

  /// A frame, or a packet, as FFmpeg's framemd5 muxer has it.
  struct Row: Equatable {
    /// Seconds.
    var time: Double
    var size: Int
    var hash: String
  }

  /// Every frame of a stream, decoded by FFmpeg, at the container's own times.
  static func frames(
    of path: FilePath, stream: Int, _ options: [String] = []
  ) async throws -> [Row] {
    rows(
      try await Run.program(
        "ffmpeg",
        ["-nostdin", "-v", "error", "-copyts", "-i", path.string, "-map", "0:\(stream)"]
          + ["-fps_mode", "passthrough", "-enc_time_base", FFmpegAge.isNewer ? "demux" : "-1"]
          + (FFmpegAge.isNewer ? ["-noautoscale"] : ["-autoscale", "0"]) + options
          + ["-f", "framemd5", "-"]))
  }

  /// Every packet of a stream as it lies in the file.
  static func packets(of path: FilePath, stream: Int) async throws -> [Row] {
    rows(
      try await Run.program(
        "ffmpeg",
        ["-nostdin", "-v", "error", "-copyts", "-i", path.string, "-map", "0:\(stream)"]
          + ["-c", "copy", "-f", "framemd5", "-"]))
  }

  private static func rows(_ text: String) -> [Row] {
    var unit = 1.0
    var rows: [Row] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("#tb 0: ") {
        let numbers = line.dropFirst("#tb 0: ".count).split(separator: "/").compactMap {
          Double($0)
        }
        if numbers.count == 2 { unit = numbers[0] / numbers[1] }
      }
      if line.hasPrefix("#") { continue }
      let fields = line.split(separator: ",").map { field in
        field.drop { $0 == " " }
      }
      guard fields.count >= 6, let pts = Double(fields[2]), let size = Int(fields[4]) else {
        continue
      }
      rows.append(Row(time: pts * unit, size: size, hash: String(fields[5])))
    }
    return rows
  }
}
