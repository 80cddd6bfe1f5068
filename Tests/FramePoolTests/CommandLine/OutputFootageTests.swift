import FoundationEssentials
import SystemPackage
import Testing

@testable import FramePool

/// Outputs of all real clips against their inputs, by what FFmpeg's own programs say of both.
@Suite(.enabled(if: Folders.hasFootage, "\(Folders.footageIsMissing)"))
struct OutputFootageTests {
  private let directory = TemporaryDirectory()
  private let clips = Folders.footage.appending("clips")

  private var names: [String] {
    get throws { try Manifest(clips.appending("MANIFEST.tsv")).rows.compactMap { $0["file"] } }
  }

  // MARK: lossless round trip

  /// The output has another layout: the samples are compared in the input's.
  private static let layouts = [
    // FFmpeg's own decoder gives no alpha, the output has it.
    "alpha_vp9_720p_60fps.webm": "yuv420p",
    "alpha_apng_245x245.apng": "rgba", "real_tree_cinepak_320x240.avi": "rgb24",
    "vp9_gbrp_rgb_320x240.webm": "gbrp",
  ]
  private static let otherFrames: [String: String] = [
    "vp8_resolution_change.webm": "a container has one size: later frames are scaled, and listed",
    "hevc_raw_720p.hevc": "FFmpeg's decoder leaves the cut last picture undefined",
  ]
  private static let otherTimes: [String: String] = [
    "interlaced_h264_field_720x480.264":
      "an elementary stream of fields: most frames have no time, and FFmpeg's guesses are not even",
    "real_cube_384x288_mpeg1_es.mpeg":
      "an elementary stream: FFmpeg guesses a first gap of two frames, where we count",
  ]
  private static let otherPackets: [String: String] = [
    "hevc_1080p_aac.ts": "the AAC of a transport stream has headers that Matroska has in one place"
  ]

  @Test func losslessOutputsAreTheFramesAtTheirTimesAndTheSoundAsItWas() async throws {
    let (out, path) = (directory.path.appending("out"), directory.path.appending("r.json"))
    let run = try await Run.vidproc(
      ["run", "--quiet", "--report", path.string, "--output", out.string, "--codec", "ffv1"]
        + ["--container", "matroska"] + (try names.map { clips.appending($0).string }))
    #expect(run.status == 0, "\(run.errors)")
    let report = try ReadReport(path)
    #expect(report.totals.ok == (try names.count))
    try await (try names).inPairs { name in
      try await compareLossless(name, try #require(report.file(name)))
    }
  }

  private func compareLossless(_ name: String, _ record: FileRecord) async throws {
    let input = clips.appending(name)
    guard let output = record.output?.path, let stream = record.stream?.index else {
      Issue.record("\(name) has no output")
      return
    }
    let file = try await MediaProbe.file(output)
    let video = try #require(file.video)
    let layout = Self.layouts[name].map { ["-pix_fmt", $0] } ?? []
    let before = try await MediaProbe.frames(of: input, stream: stream, layout)
    let after = try await MediaProbe.frames(of: output, stream: video.index, layout)
    #expect(after.count == before.count, "\(name)")
    if Self.otherFrames[name] == nil {
      #expect(after.map(\.hash) == before.map(\.hash), "\(name)")
    }
    let zero = try await MediaProbe.zero(of: input)
    if Self.otherTimes[name] == nil {
      // Half a unit of Matroska's, and half a unit of the printed ones.
      let worst = zip(before, after).map { abs($0.time - zero - $1.time) }.max() ?? 0
      #expect(worst < 0.00101, "\(name): \(worst)")
    }
    let sound = try await MediaProbe.file(input).streams("audio")
    for (old, new) in zip(sound, file.streams("audio")) where Self.otherPackets[name] == nil {
      let before = try await MediaProbe.packets(of: input, stream: old.index)
      let after = try await MediaProbe.packets(of: output, stream: new.index)
      #expect(after.map(\.hash) == before.map(\.hash), "\(name): sound")
      let worst = zip(before, after).map { abs($0.time - zero - $1.time) }.max() ?? 0
      #expect(worst < 0.00101, "\(name): sound \(worst)")
    }
  }

  // MARK: default settings

  /// What the default settings encode in something slower than x264.
  private static let slow: Set<String> = [
    "alpha_vp9_720p_60fps.webm", "hdr_pq_1080p_av1_mdcv_clli.mp4",
    "real_launch_640x360_vp8_vorbis.webm",
  ]

  @Test func whatTravelsWithThePicturesIsThereOrListed() async throws {
    let (out, path) = (directory.path.appending("out"), directory.path.appending("r.json"))
    let all = try names
    let arguments = ["run", "--quiet", "--report", path.string, "--output", out.string]
    let quick = all.filter { !Self.slow.contains($0) && !Self.isWebM($0) }
    let run = try await Run.vidproc(
      arguments + ["--preset", "ultrafast"] + quick.map { clips.appending($0).string })
    // FFV1 and ProRes have no presets, and say so.
    let report = try ReadReport(path)
    try await quick.inPairs { name in
      let record = try #require(report.file(name))
      if record.error?.message.contains("has no --preset") == true { return }
      try await compare(name, record)
    }
    let rest = all.filter { name in
      Self.isWebM(name) || report.file(name)?.error?.message.contains("has no --preset") == true
    }
    let other = try await Run.vidproc(
      arguments + ["--encoder-option", "threads=1", "--existing", "replace"]
        + rest.filter { !Self.slow.contains($0) }.map { clips.appending($0).string })
    #expect(other.status == 0, "\(other.errors) \(run.errors)")
    let second = try ReadReport(path)
    for name in rest where !Self.slow.contains(name) {
      try await compare(name, try #require(second.file(name)))
    }
  }

  private static func isWebM(_ name: String) -> Bool { name.hasSuffix(".webm") }

  /// Compares an output with its input; what differs must be among the record's losses.
  private func compare(_ name: String, _ record: FileRecord) async throws {
    guard record.status == .ok, let output = record.output?.path else {
      Issue.record("\(name): \(record.error?.message ?? "no output")")
      return
    }
    let losses = record.losses.joined(separator: "\n")
    let (before, after) = (
      try await MediaProbe.file(clips.appending(name)), try await MediaProbe.file(output)
    )
    let old = try #require(before.streams.first { $0.index == record.stream?.index })
    let new = try #require(after.video)
    func same<Value: Equatable>(_ what: String, _ old: Value, _ new: Value, _ word: String) {
      #expect(old == new || losses.contains(word), "\(name): \(what): \(old), \(new)")
    }
    // Frames and their times.
    let frames = (
      try await MediaProbe.frames(of: clips.appending(name), stream: old.index),
      try await MediaProbe.frames(of: output, stream: new.index)
    )
    #expect(frames.0.count == frames.1.count, "\(name)")
    if Self.otherTimes[name] == nil {
      let zero = try await MediaProbe.zero(of: clips.appending(name))
      let worst = zip(frames.0, frames.1).map { abs($0.time - zero - $1.time) }.max() ?? 0
      #expect(worst < 0.00101, "\(name): times \(worst)")
    }
    // Shape and colours; what the input leaves open may be said.
    if let shape = old.sampleAspectRatio, shape != "1:1" {
      same("aspect", shape, new.sampleAspectRatio, "aspect")
    }
    for (what, key) in [
      ("primaries", \MediaProbe.Stream.colorPrimaries), ("transfer", \.colorTransfer),
      ("matrix", \.colorSpace),
    ] {
      guard let value = old[keyPath: key], value != "gbr" || new.pixFmt?.hasPrefix("g") == true
      else { continue }
      same(what, value, new[keyPath: key], "exact colours")
    }
    let isFull = old.colorRange == "pc" && !losses.contains("exact colours")
    if isFull { same("range", "pc", new.colorRange, "range") }
    #expect(new.sideDataList?.contains { $0.rotation ?? 0 != 0 } != true, "\(name): turned")
    for kind in ["Mastering display metadata", "Content light level metadata"] {
      let has = { (stream: MediaProbe.Stream) in
        stream.sideDataList?.contains { $0.sideDataType == kind } ?? false
      }
      if has(old) { same(kind, true, has(new), kind) }
    }
    // The other streams.
    for kind in ["audio", "subtitle"] {
      let streams = (before.streams(kind), after.streams(kind))
      same(kind, streams.0.map(\.codecName), streams.1.map(\.codecName), "\(kind) stream")
      same(kind, streams.0.map(\.language), streams.1.map(\.language), "\(kind) stream")
    }
    same("chapters", before.chapters.map(\.tags), after.chapters.map(\.tags), "chapters")
    for (tag, value) in before.format.tags ?? [:] {
      let isOfContainer = [
        "encoder", "major_brand", "minor_version", "compatible_brands", "duration",
      ].contains(tag.lowercased())
      if isOfContainer { continue }
      let kept = after.format.tags?.first { $0.key.lowercased() == tag.lowercased() }?.value
      // One container writes a moment as another does not.
      func moment(_ text: String?) -> String? {
        tag == "creation_time"
          ? text.map { String($0.map { $0 == "T" ? " " : $0 }.prefix(19)) } : text
      }
      same("tag \(tag)", moment(value), moment(kept), tag)
    }
  }

  @Test func x264GivesWhatFFmpegsOwnToolGives() async throws {
    for name in ["real_cockatoo_720p_h264.mp4", "real_ball_720x576_sar16-15_h264_aac.mp4"] {
      let (out, input) = (directory.path.appending("out"), clips.appending(name))
      let run = try await Run.vidproc(
        ["run", "--quiet", "--output", out.string, "--codec", "h264", "--preset", "veryfast"]
          + ["--crf", "23", "--container", "mp4", "--audio", "none", input.string])
      #expect(run.status == 0, "\(run.errors)")
      let theirs = directory.path.appending("ffmpeg.mp4")
      _ = try await Run.program(
        "ffmpeg",
        ["-nostdin", "-v", "error", "-y", "-i", input.string, "-map", "0:v:0", "-c:v", "libx264"]
          + ["-preset", "veryfast", "-crf", "23", theirs.string])
      let sizes = try await [out.appending(name), theirs].asyncMap { path in
        Double(try await Run.program("stat", ["-c", "%s", path.string]).dropLast()) ?? 0
      }
      #expect(abs(sizes[0] / sizes[1] - 1) < 0.02, "\(name): \(sizes)")
      let quality = try await [out.appending(name), theirs].asyncMap { path in
        try await psnr(path, input)
      }
      #expect(abs(quality[0] - quality[1]) < 0.1, "\(name): \(quality)")
    }
  }

  /// The average peak signal-to-noise ratio in decibels, by FFmpeg's `psnr`.
  private func psnr(_ path: FilePath, _ reference: FilePath) async throws -> Double {
    let log = directory.path.appending("psnr.txt")
    _ = try await Run.program(
      "sh",
      [
        "-c",
        "ffmpeg -nostdin -i \"$1\" -i \"$2\" -lavfi '[0:v:0][1:v:0]psnr' -f null - 2>\"$3\"", "sh",
        path.string, reference.string, log.string,
      ])
    let text = TextFile.read(log.string) ?? ""
    let value = text.components(after: "average:").prefix { $0 != " " }
    return Double(value) ?? 0
  }
}

extension Array where Element: Sendable {
  /// Calls `body` for all elements, two at a time.
  fileprivate func inPairs(_ body: @escaping @Sendable (Element) async throws -> Void) async throws
  {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, element) in enumerated() {
        if index >= 2 { try await group.next() }
        group.addTask { try await body(element) }
      }
      try await group.waitForAll()
    }
  }
}

extension Array {
  fileprivate func asyncMap<Result>(
    _ transform: (Element) async throws -> Result
  ) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}

extension String {
  fileprivate func components(after marker: String) -> Substring {
    guard let range = firstRange(of: marker) else { return "" }
    return self[range.upperBound...]
  }
}
