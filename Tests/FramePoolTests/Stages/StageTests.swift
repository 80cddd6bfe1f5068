import CFFmpeg
import SystemPackage
import Testing

@testable import FramePool

/// The stages on the samples, one by one, in this process.
@Suite struct StageTests {
  private let options = Demuxer.Options(
    stream: nil, maxPixels: VideoJob.defaultMaxPixels, allowPlaylists: false)

  private func path(_ name: String) -> FilePath { FilePath(Folders.sample(name)) }

  private func decoder(_ name: String, threads: Int = 1) throws -> Decoder {
    let demuxer = try Demuxer(opening: path(name), options: options)
    return try Decoder(reading: demuxer, path: path(name), threads: threads)
  }

  private func chain(
    _ name: String, _ filters: [String], rotation: RotationPolicy = .auto
  ) throws -> FilterChain {
    try FilterChain(
      reading: Sampler(reading: try decoder(name)), plan: FilterPlan(filters), rotation: rotation,
      path: path(name), threads: 1)
  }

  /// Pulls everything and gives the timestamps in seconds and the sizes.
  private func drain<Stage: FrameStage & ~Copyable>(
    _ stage: consuming Stage
  ) throws -> (times: [Double?], sizes: Set<String>) {
    var times: [Double?] = []
    var sizes: Set<String> = []
    while let frame = try stage.next() {
      times.append(frame.pts.map { stage.timeBase.seconds($0) })
      sizes.insert("\(frame.width)x\(frame.height)")
    }
    return (times, sizes)
  }

  // MARK: - Demuxer

  @Test func theDemuxerGivesThePacketsOfOneStream() throws {
    var demuxer = try Demuxer(opening: path("h264_aac_640x360.mp4"), options: options)
    var count = 0
    while let packet = demuxer.next() {
      #expect(packet.streamIndex == demuxer.streamIndex)
      count += 1
    }
    #expect(count == 125)
    let isAtEnd = demuxer.next() == nil
    #expect(isAtEnd, "the end stays the end")
    #expect(demuxer.readError == nil)
    #expect(demuxer.nanoseconds > 0)
  }

  @Test(arguments: [
    ("no_such.mp4", FramePoolError.Code.notFound), ("generate.sh", .notMedia),
  ])
  func theDemuxerTellsWhatItCannotOpen(name: String, code: FramePoolError.Code) {
    do {
      _ = try Demuxer(opening: path(name), options: options)
      Issue.record("\(name) was opened")
    } catch {
      #expect(error.code == code)
      #expect("\(error)".contains(name))
    }
  }

  @Test func aStreamThatIsNoVideoIsRefused() {
    var wrong = options
    wrong.stream = 1
    #expect(throws: FramePoolError.self) {
      _ = try Demuxer(opening: path("h264_aac_640x360.mp4"), options: wrong)
    }
    wrong.stream = 9
    #expect(throws: FramePoolError.self) {
      _ = try Demuxer(opening: path("h264_aac_640x360.mp4"), options: wrong)
    }
  }

  // MARK: - Decoder

  @Test(arguments: [1, 2, 4])
  func theDecoderIsDrained(threads: Int) throws {
    var decoder = try decoder("h264_aac_640x360.mp4", threads: threads)
    var count = 0
    while let frame = try decoder.next() {
      #expect(frame.width == 640 && frame.height == 360)
      count += 1
    }
    #expect(count == 125, "B-frames that are held back come out at the end")
    #expect(decoder.frameCount == 125)
    #expect(decoder.errorCount == 0)
  }

  @Test(arguments: [
    "h264_vfr_400x300.mkv", "mpeg2_interlaced_480x576.mpg", "gif_200x150.gif",
    "h264_aac_640x360.mp4",
  ])
  func timestampsAreThoseThatFFprobeTells(name: String) async throws {
    let text = try await Run.program(
      "ffprobe",
      [
        "-v", "error", "-select_streams", "v:0", "-show_entries",
        "frame=best_effort_timestamp_time", "-of", "csv=p=0", Folders.sample(name),
      ])
    let expected = text.split(separator: "\n").map { Double($0.prefix { $0 != "," }) }
    let times = try drain(try decoder(name)).times
    #expect(times.count == expected.count)
    for (time, wanted) in zip(times, expected) {
      let (time, wanted) = (try #require(time), try #require(wanted))
      #expect(abs(time - wanted) < 1e-6)
    }
  }

  // MARK: - Filter chain

  @Test func withoutFiltersFramesPassThrough() throws {
    var chain = try chain("h264_vfr_400x300.mkv", [])
    let times = try drain(try decoder("h264_vfr_400x300.mkv")).times
    var passed: [Double?] = []
    while let frame = try chain.next() {
      passed.append(frame.pts.map { chain.timeBase.seconds($0) })
    }
    #expect(passed == times)
    let usedFilters = chain.usedFFmpegFilters
    #expect(!usedFilters)
  }

  @Test func filtersKeepTheTimestampsOfAContainerThatDoesNotBeginAtZero() throws {
    let name = "mpeg2_interlaced_480x576.mpg"
    let plain = try drain(try decoder(name)).times
    let filtered = try drain(try chain(name, ["hflip", "invert", "vflip"])).times
    #expect(plain.first.map { $0 ?? 0 > 0.1 } == true)
    #expect(filtered == plain)
  }

  @Test func aTurnedVideoComesOutUpright() throws {
    let name = "h264_rotated_480x270.mp4"
    #expect(try drain(try chain(name, [])).sizes == ["270x480"])
    #expect(try drain(try chain(name, ["scale=iw/2:ih"])).sizes == ["135x480"])
    #expect(try drain(try chain(name, [], rotation: .keep)).sizes == ["480x270"])
  }

  @Test func filtersMayDropAndHoldBackFrames() throws {
    let name = "h264_aac_640x360.mp4"
    #expect(try drain(try chain(name, ["select=not(mod(n\\,5))"])).times.count == 25)
    #expect(try drain(try chain(name, ["reverse"])).times.count == 125)
    #expect(try drain(try chain(name, ["fps=50"])).times.count == 250)
  }

  @Test(.enabled(if: Folders.hasFootage, "\(Folders.footageIsMissing)"))
  func aChangeOfSizeInMidStreamIsSurvived() throws {
    let path = Folders.footage.appending("clips").appending("vp8_resolution_change.webm")
    func chain(_ filters: [String]) throws -> FilterChain {
      let demuxer = try Demuxer(opening: path, options: options)
      return try FilterChain(
        reading: Sampler(reading: Decoder(reading: demuxer, path: path, threads: 1)),
        plan: FilterPlan(filters), rotation: .auto, path: path, threads: 1)
    }
    for filters in [[], ["hflip"], ["invert"], ["grayscale", "hflip"], ["tmix=frames=3"]] {
      let (times, sizes) = try drain(try chain(filters))
      #expect(times.count == 197, "\(filters)")
      #expect(sizes == ["60x40", "30x20"], "\(filters)")
    }
  }

  // MARK: - Own filters

  @Test func grayscaleSharesTheLumaAndHasOneNeutralPlane() throws {
    let filter = PointChain([GrayscaleFilter(FilterOptions())])
    var output = FilterOutput()
    var decoder = try decoder("h264_aac_640x360.mp4")
    guard let first = try decoder.next(), let second = try decoder.next() else {
      Issue.record("the clip has no two frames")
      return
    }
    let luma = first.memory(ofPlane: 0)?.base
    try filter.filter(first, into: &output)
    try filter.filter(second, into: &output)
    guard let gray = output.take(), let other = output.take() else {
      Issue.record("a frame is missing")
      return
    }
    let (grayLuma, chroma) = (gray.memory(ofPlane: 0)?.base, gray.memory(ofPlane: 1))
    let (red, otherChroma) = (gray.memory(ofPlane: 2)?.base, other.memory(ofPlane: 1)?.base)
    #expect(grayLuma == luma)
    #expect(chroma?.base == red)
    #expect(chroma?.base == otherChroma)
    let plane = try #require(chroma)
    for row in 0..<180 {
      for x in 0..<320 where plane.base[row * plane.stride + x] != 128 {
        Issue.record("colour is left at \(x), \(row)")
      }
    }
  }

  @Test func invertTwiceIsNothing() throws {
    for name in [
      "h264_aac_640x360.mp4", "hevc_10bit_hdr_480x270.mkv", "gif_200x150.gif",
      "ffv1_alpha_160x120.mkv",
    ] {
      #expect(try checksum(chain(name, ["invert,invert"])) == checksum(chain(name, [])), "\(name)")
      #expect(try checksum(chain(name, ["invert"])) != checksum(chain(name, [])), "\(name)")
    }
  }

  private func checksum(_ chain: consuming FilterChain) throws -> String {
    var checksum = FrameChecksum()
    while let frame = try chain.next() { checksum.update(frame) }
    return checksum.finish()
  }
}

@Suite struct FrameTallyTests {
  /// A frame of 16 x 16 without pixels at a time.
  private func frame(_ pts: Int64) -> Frame {
    let frame = Frame()
    frame.raw.pointee.width = 16
    frame.raw.pointee.height = 16
    frame.raw.pointee.pts = pts
    return frame
  }

  private func tally(_ times: [Int64]) -> FrameTally {
    var tally = FrameTally()
    for time in times { tally.add(frame(time), timeBase: Rational(1, 1000)) }
    return tally
  }

  @Test func evenGapsAreToldFromUnevenOnes() {
    #expect(tally([0, 33, 67, 100, 133]).isVariable == false, "rounding to the time base")
    #expect(tally([0, 33, 100]).isVariable == true)
    #expect(tally([0, 33]).isVariable == nil)
  }

  @Test func firstAndLastTimesAreKept() {
    let tally = tally([500, 540, 580])
    #expect(tally.count == 3)
    #expect(tally.firstTimestamp == 0.5)
    #expect(tally.lastTimestamp == 0.58)
  }
}
