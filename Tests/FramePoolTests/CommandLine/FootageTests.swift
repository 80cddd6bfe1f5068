import FoundationEssentials
import SystemPackage
import Testing

@testable import FramePool

/// A table of facts with a header, tab-separated.
struct Manifest {
  let rows: [[String: String]]

  init(_ path: FilePath) throws {
    let lines = (TextFile.read(path.string) ?? "").split(separator: "\n")
    let names = lines.first?.split(separator: "\t").map(String.init) ?? []
    rows = lines.dropFirst().map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(zip(names, fields), uniquingKeysWith: { first, _ in first })
    }
  }
}

/// The parts of a JSON report that the tests read.
struct ReadReport: Decodable {
  var totals: Report.Totals
  var files: [FileRecord]
  var plan: WorkPlan
  var machine: Report.Machine
  var tool: Report.Tool

  init(_ path: FilePath) throws {
    let text = TextFile.read(path.string) ?? ""
    self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
  }

  /// A file's record by the last part of its path.
  func file(_ name: String) -> FileRecord? {
    files.first { $0.input.path.lastComponent?.string == name }
  }
}

/// Which FFmpeg this is.
enum FFmpegAge {
  /// Whether it is 7.1 or later.
  static let isNewer: Bool = {
    let major = FFmpegLibraries.versions()["libavcodec"]?.split(separator: ".").first
    return major.flatMap { Int($0) }.map { $0 >= 61 } ?? false
  }()
}

/// All real clips in one batch, against what the ffmpeg program computes for the same file.
@Suite(.enabled(if: Folders.hasFootage, "\(Folders.footageIsMissing)"))
struct ClipTests {
  private let directory = TemporaryDirectory()
  private let clips = Folders.footage.appending("clips")

  /// Where the manifest counts another stream, or ffmpeg's own sum is not the one to compare with.
  private static let frameCounts = [
    // Two video streams; FFmpeg chooses the larger one, the manifest counts the first.
    "multi_2video_2audio_2subs.mp4": 390
  ]
  private static let ffmpegOptions: [String: [String]] = [
    // The size changes in mid-stream. ffmpeg scales to the first size unless told not to; each
    // frame keeps its own size here.
    "vp8_resolution_change.webm": ["-autoscale", "0"]
  ]
  private static let undefinedPictures: Set<String> = [
    // The last picture is cut short. FFmpeg's decoder reports nothing and leaves the missing rows
    // as they were in the recycled buffer: ffmpeg itself gives another sum for -threads 1 and 3.
    "hevc_raw_720p.hevc"
  ]

  @Test(arguments: [(nil, nil), ("hflip", "hflip"), ("invert", "negate")] as [(String?, String?)])
  func framesAndChecksumsAreFFmpegs(filter: String?, ffmpegFilter: String?) async throws {
    let rows = try Manifest(clips.appending("MANIFEST.tsv")).rows
    let names = rows.compactMap { $0["file"] }
    let path = directory.path.appending("r.json")
    let run = try await Run.vidproc(
      ["run", "--quiet", "--checksum", "--report", path.string]
        + (filter.map { ["--filter", $0] } ?? [])
        + names.map { clips.appending($0).string })
    #expect(run.status == 0, "\(run.errors)")
    let report = try ReadReport(path)
    #expect(report.files.count == rows.count)
    for row in rows {
      let name = row["file"] ?? ""
      let record = try #require(report.file(name))
      #expect(record.status == .ok, "\(name): \(record.error?.message ?? "")")
      let frames = Self.frameCounts[name] ?? Int(row["frames"] ?? "")
      #expect(record.frames.decoded == frames, "\(name)")
      if Self.undefinedPictures.contains(name) { continue }
      // The newer ffmpeg program ends with an error where the size of raw video changes.
      if FFmpegAge.isNewer, name == "vp8_resolution_change.webm" { continue }
      let sum = try await ffmpegSum(name, record, ffmpegFilter)
      #expect(record.checksum == sum, "\(name)")
    }
  }

  @Test func aStreamCanBeChosen() async throws {
    let path = directory.path.appending("r.json")
    let name = "multi_2video_2audio_2subs.mp4"
    let run = try await Run.vidproc(
      ["--quiet", "--stream", "0", "--report", path.string, clips.appending(name).string])
    #expect(run.status == 0)
    #expect(try ReadReport(path).file(name)?.frames.decoded == 325)
  }

  private func ffmpegSum(
    _ name: String, _ record: FileRecord, _ filter: String?
  ) async throws -> String {
    let stream = try #require(record.stream)
    let text = try await Run.program(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-i", clips.appending(name).string, "-map", "0:\(stream.index)"]
        + (filter.map { ["-vf", $0] } ?? []) + (Self.ffmpegOptions[name] ?? [])
        + ["-fps_mode", "passthrough", "-c:v", "rawvideo", "-f", "md5", "-"])
    return text.split(separator: "\n").first.map { "md5:" + $0.dropFirst("MD5=".count) } ?? ""
  }
}

/// Broken and hostile files, in one batch with good ones.
@Suite(.enabled(if: Folders.hasFootage, "\(Folders.footageIsMissing)"))
struct BrokenTests {
  private let directory = TemporaryDirectory()

  /// What each file must end as: a status, and the class where it is not ok.
  private static let expected: [String: String] = [
    "av1_truncated_frame.ivf": "failed corrupt",
    "claims_143165_seconds.mp4": "ok",
    "clusterfuzz_4914209301856256.avif": "failed corrupt",
    "corrupt_lzw_67frames.gif": "damaged corrupt",
    "corrupt_nal_decord.mp4": "damaged corrupt",
    "ebml_unknown_size.mkv": "damaged corrupt",
    "encrypted_cenc.mp4": "failed unsupported",
    "ffv1_bad_slice_count.mkv": "failed corrupt",
    "ffv1_slice_junk.mkv": "damaged corrupt",
    "giant_gif_32768x100.gif": "ok",
    "giant_gif_65534x65531.gif": "failed limitExceeded",
    "h264_bad_decoding.264": "damaged corrupt",
    "h264_fmo_unsupported.264": "failed unsupported",
    "h264_idr_lost.264": "ok",
    "hog_1080p_10883_frames.mp4": "ok",
    "invalid_nalu.mp4": "damaged corrupt",
    "libwebm_1416_12336x12336.webm": "failed limitExceeded",
    "libwebm_bad_lace.mkv": "failed corrupt",
    "moz_1181223.mp4": "failed unsupported",
    "moz_1224363_vp8.ivf": "failed corrupt",
    "moz_1257700.webm": "damaged corrupt",
    "moz_1296532.mp4": "failed unsupported",
    "moz_1301065_u64max.mp4": "failed noVideo",
    "moz_1351094_bad_matrix.mp4": "damaged corrupt",
    "moz_1389304_frag.mp4": "failed corrupt",
    "moz_1413762.gif": "failed corrupt",
    "moz_1414444.mp4": "failed corrupt",
    "moz_1530897.webm": "failed corrupt",
    "moz_1765842_av1.webm": "damaged corrupt",
    "moz_1830206.mp4": "failed corrupt",
    "moz_1833896.mp4": "damaged corrupt",
    "moz_1845350.mp4": "failed corrupt",
    "moz_1859384_hevc.mp4": "failed corrupt",
    "moz_604067.webm": "damaged corrupt",
    "moz_789075_giant.webm": "ok",
    "moz_small_timebase.mp4": "failed noVideo",
    "moz_vp9cake_corrupt.webm": "failed noVideo",
    "moz_zero_dimensions.mp4": "damaged corrupt",
    "mp4parse_1655846.avif": "failed corrupt",
    "mp4parse_invalid_userdata.mp4": "failed corrupt",
    "mp4parse_zero_empty_stsc.mp4": "failed corrupt",
    "no_duration.webm": "ok",
    "no_video_fuzz_mopt7.mp4": "failed noVideo",
    "no_video_stream.mp4": "failed noVideo",
    "ogv_bug499519_320x0.ogv": "failed corrupt",
    "ogv_bug504644_crc.ogv": "damaged corrupt",
    "ogv_bug523816.ogv": "damaged corrupt",
    "playlist_local_sibling.m3u8": "failed refused",
    "poc_libav_packet_ref.avi": "ok",
    "poc_libav_stsd_entries.avi": "failed corrupt",
    "sample.mp4": "ok",
    "ssrf_avi_gab2_read_passwd.avi": "failed noVideo",
    "ssrf_cloud_metadata.m3u8": "failed refused",
    "ssrf_header_oastify.m3u8": "failed refused",
    "ssrf_m3u8_named_avi.avi": "failed refused",
    "ssrf_read_passwd_bypass.mp4": "failed noVideo",
    "ssrf_subfile_passwd.m3u8": "failed refused",
    "trunc_9subs.mkv": "damaged corrupt",
    "trunc_avchd.mts": "failed corrupt",
    "trunc_breakdance.flv": "damaged corrupt",
    "trunc_dnxhd.mxf": "failed corrupt",
    "trunc_dv.dv": "ok",
    "trunc_mxf.mxf": "failed noVideo",
    "trunc_no_moov_3gpp.mp4": "failed corrupt",
    "trunc_pentax.mov": "failed corrupt",
    "trunc_quicktime.mov": "failed corrupt",
    "trunc_smallville.avi": "failed corrupt",
    "unsupported_vvc.mp4": "failed unsupported",
    "wrong_ext_avi_as_mp4.mp4": "ok",
    "wrong_ext_mvg_script_as_gif.gif": "failed notMedia",
    "wrong_ext_ogg_as_mkv.mkv": "ok",
    "zero_length.webm": "failed notMedia",
  ]

  /// Where FFmpeg 7.1 and later see it differently.
  private static let expectedOfNewer: [String: String] = [
    // The probe for playlists goes by the file's name now.
    "ssrf_m3u8_named_avi.avi": "failed corrupt",
    // Taken for a picture by its content, and no picture then.
    "wrong_ext_mvg_script_as_gif.gif": "failed corrupt",
    "mp4parse_1655846.avif": "failed noVideo",
    // There is a decoder.
    "unsupported_vvc.mp4": "ok",
  ]

  private static func expectation(_ name: String) -> String? {
    (FFmpegAge.isNewer ? expectedOfNewer[name] : nil) ?? expected[name]
  }

  @Test func everyFileEndsAsItShouldAndTheGoodOnesAreUnharmed() async throws {
    let broken = Folders.footage.appending("broken")
    let names = try Manifest(broken.appending("MANIFEST.tsv")).rows.compactMap { $0["file"] }
    #expect(Set(names) == Set(Self.expected.keys))
    let clips = Folders.footage.appending("clips")
    let good = ["real_cars_768x432_h264_aac.mp4", "gif_newtonscradle_200x150.gif"]
    let path = directory.path.appending("r.json")
    let run = try await Run.vidproc(
      ["--quiet", "--timeout", "120", "--report", path.string]
        + names.map { broken.appending($0).string } + good.map { clips.appending($0).string })
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    let report = try ReadReport(path)
    for name in names {
      let record = try #require(report.file(name))
      let kind = record.error.map { " " + $0.kind.rawValue } ?? ""
      #expect(
        record.status.rawValue + kind == Self.expectation(name),
        "\(name): \(record.error?.message ?? "")")
      #expect(record.error.map { $0.message.contains(name) } ?? true, "the message names the file")
    }
    for name in good { #expect(report.file(name)?.status == .ok) }
  }

  @Test func aFileThatDecodesForLongIsEndedByTheTimeout() async throws {
    let path = directory.path.appending("r.json")
    let hog = Folders.footage.appending("broken").appending("hog_1080p_10883_frames.mp4")
    let run = try await Run.vidproc(
      ["--quiet", "--timeout", "1", "--report", path.string, hog.string])
    #expect(run.status == 1)
    let record = try #require(try ReadReport(path).files.first)
    #expect(record.error?.kind == .timedOut)
    #expect(record.frames.filtered > 0, "the last progress is kept")
    #expect(record.error?.lastTimestamp != nil)
  }

  @Test func aPlaylistIsReadWhenItIsTrusted() async throws {
    let path = directory.path.appending("r.json")
    let list = Folders.footage.appending("broken").appending("playlist_local_sibling.m3u8")
    let run = try await Run.vidproc(
      ["--quiet", "--allow-playlists", "--report", path.string, list.string])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try ReadReport(path).files.first?.frames.decoded == 30)
  }
}
