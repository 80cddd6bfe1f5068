import FoundationEssentials
import SystemPackage
import Testing

@testable import FramePool

/// Measuring filters and `--records` as a user sees them, beside FFmpeg's filters in the same
/// chain, whose measurements stand in the same rows.
@Suite struct MeasureRunTests {
  private let directory = TemporaryDirectory()
  private let usual = Folders.sample("h264_aac_640x360.mp4")

  private func rows(
    _ arguments: [String], _ inputs: [String]
  ) async throws -> [[String: MeasureValue]] {
    let path = directory.path.appending("r.ndjson")
    let run = try await Run.vidproc(
      ["run", "--quiet", "--records", path.string] + arguments + inputs)
    #expect(run.status == 0, "\(run.errors)")
    return try (TextFile.read(path.string) ?? "").split(separator: "\n").map {
      try JSONDecoder().decode([String: MeasureValue].self, from: Data($0.utf8))
    }
  }

  private func number(_ value: MeasureValue?) -> Double? {
    switch value {
    case .number(let number)?: number
    case .count(let count)?: Double(count)
    default: nil
    }
  }

  private func measured(
    _ filters: String, _ input: String, _ arguments: [String] = []
  ) async throws -> [FilterMeasurements] {
    let path = directory.path.appending("r.json")
    let run = try await Run.vidproc(
      ["run", "--quiet", "--report", path.string, "--filter", filters] + arguments + [input])
    #expect(run.status == 0, "\(run.errors)")
    return try #require(try ReadReport(path).files.first).measurements
  }

  @Test(arguments: ["h264_aac_640x360.mp4", "vp9_odd_321x241.webm", "mjpeg_fullrange_320x240.mov"])
  func statsAreFFmpegsSignalstats(name: String) async throws {
    let rows = try await rows(["--filter", "stats,signalstats"], [Folders.sample(name)])
    #expect(rows.count > 30)
    for row in rows {
      for (own, theirs) in [("y", "Y"), ("u", "U"), ("v", "V")] {
        #expect(number(row["stats.\(own)_min"]) == number(row["lavfi.signalstats.\(theirs)MIN"]))
        #expect(number(row["stats.\(own)_max"]) == number(row["lavfi.signalstats.\(theirs)MAX"]))
        let mean = try #require(number(row["stats.\(own)_mean"]))
        let average = try #require(number(row["lavfi.signalstats.\(theirs)AVG"]))
        #expect(abs(mean - average) < 0.001)
      }
    }
  }

  @Test func scenesAreFFmpegsScdet() async throws {
    // Three scenes: the test picture, its negative, and the test picture again.
    let cut = "negate=enable=between(t\\,1.5\\,3)"
    let rows = try await rows(["--filter", "\(cut),scenes,scdet"], [usual])
    #expect(rows.count == 125)
    for row in rows.dropFirst() {
      let score = try #require(number(row["scenes.score"]))
      let theirs = try #require(number(row["lavfi.scd.score"]))
      #expect(abs(score - theirs) <= 0.001)
    }
    let cuts = try await measured("\(cut),scenes", usual).first?.values["cuts"]
    guard case .list(let list)? = cuts else {
      Issue.record("no cuts: \(String(describing: cuts))")
      return
    }
    let times = list.map { entry -> Double? in
      guard case .table(let table) = entry else { return nil }
      return number(table["pts"])
    }
    #expect(
      times == [1.52, 3.04] || times == [1.48, 3.0] || times == [1.5, 3.0] || times == [1.52, 3.0])
  }

  @Test func blackIntervalsAreFFmpegsBlackdetect() async throws {
    let chain = "drawbox=t=fill:color=black:enable=between(t\\,1\\,2.5)"
    let rows = try await rows(
      ["--filter", "\(chain),black=duration=0.5,blackdetect=d=0.5"], [usual])
    let start = rows.compactMap { number($0["lavfi.black_start"]) }.first
    let end = rows.compactMap { number($0["lavfi.black_end"]) }.first
    let measured = try await measured("\(chain),black=duration=0.5", usual)
    guard case .list(let list)? = measured.first?.values["intervals"],
      case .table(let interval)? = list.first
    else {
      Issue.record("no interval: \(measured)")
      return
    }
    #expect(list.count == 1)
    #expect(number(interval["start"]) == start)
    #expect(number(interval["end"]) == end)
    #expect(start == 1)
  }

  @Test func frozenIntervalsAreFFmpegsFreezedetect() async throws {
    // The last frame, for two more seconds.
    let chain = "tpad=stop_mode=clone:stop_duration=2,fade=t=out:st=6.5:d=0.2"
    let rows = try await rows(
      ["--filter", "\(chain),freeze=duration=1,freezedetect=d=1"], [usual])
    let start = rows.compactMap { number($0["lavfi.freezedetect.freeze_start"]) }.first
    let end = rows.compactMap { number($0["lavfi.freezedetect.freeze_end"]) }.first
    let measured = try await measured("\(chain),freeze=duration=1", usual)
    guard case .list(let list)? = measured.first?.values["intervals"],
      case .table(let interval)? = list.first
    else {
      Issue.record("no interval: \(measured)")
      return
    }
    #expect(number(interval["start"]) == start)
    #expect(number(interval["end"]) == end)
  }

  @Test func motionIsTheShareOfChangedPixels() async throws {
    let still = try await rows(["--filter", "loop=loop=3:size=1,motion", "--frames", "1"], [usual])
    #expect(still.map { number($0["motion.changed"]) } == [nil, 0, 0, 0])
    let moving = try await rows(["--filter", "motion"], [usual])
    for row in moving.dropFirst() {
      let share = try #require(number(row["motion.changed"]))
      #expect(share > 0 && share < 0.5)
    }
  }

  @Test func blurredFramesAreLessSharp() async throws {
    func mean(_ chain: String) async throws -> Double {
      let values = try await measured("\(chain)sharpness", usual).first?.values
      return try #require(number(values?["mean"]))
    }
    let (blurred, plain, sharpened) = (
      try await mean("blur=1.5,"), try await mean(""), try await mean("sharpen=1,")
    )
    #expect(blurred < plain * 0.5)
    #expect(sharpened > plain * 1.5)
  }

  @Test func fingerprintsSurviveAnotherSizeAndBlur() async throws {
    func hashes(_ chain: String) async throws -> [UInt64] {
      let values = try await measured("\(chain)fingerprint=1", usual).first?.values
      guard case .list(let list)? = values?["hashes"] else { return [] }
      return list.compactMap { entry in
        guard case .table(let table) = entry, case .text(let hash)? = table["hash"] else {
          return nil
        }
        return UInt64(hash, radix: 16)
      }
    }
    let plain = try await hashes("")
    let small = try await hashes("scale=320:180,blur=1,adjust=brightness=0.05,")
    let other = try await hashes("hflip,")
    #expect(plain.count == 5)
    for (index, hash) in plain.enumerated() {
      #expect((hash ^ small[index]).nonzeroBitCount <= 6)
      #expect((hash ^ other[index]).nonzeroBitCount >= 12)
    }
  }

  @Test func aHistogramCountsEverySample() async throws {
    let values = try await measured(
      "stats=histogram=1", Folders.sample("hevc_10bit_hdr_480x270.mkv"), ["--frames", "3"]
    ).first?.values
    guard case .table(let luma)? = values?["y"], case .list(let bins)? = luma["histogram"] else {
      Issue.record("no histogram: \(String(describing: values))")
      return
    }
    #expect(bins.count == 256)
    #expect(bins.compactMap { number($0) }.reduce(0, +) == 3 * 480 * 270)
  }

  @Test func measuringLeavesFramesAsTheyAre() async throws {
    let path = directory.path.appending("r.json")
    let inputs = [
      usual, Folders.sample("gif_200x150.gif"), Folders.sample("ffv1_alpha_160x120.mkv"),
    ]
    var sums: [[String?]] = []
    for filters in [
      [], ["--filter", "stats,scenes,motion,sharpness,black,freeze,fingerprint"],
    ] {
      let run = try await Run.vidproc(
        ["run", "--quiet", "--checksum", "--report", path.string] + filters + inputs)
      #expect(run.status == 0)
      sums.append(try ReadReport(path).files.map(\.checksum))
    }
    #expect(sums[0] == sums[1])
    let gif = try #require(try ReadReport(path).file("gif_200x150.gif"))
    #expect(gif.conversions.count == 1, "once for all: \(gif.conversions)")
    #expect(gif.conversions.first?.contains("for measuring only") == true)
  }

  @Test func rowsStandInTheOrderOfTheInputs() async throws {
    let inputs = ["vp9_odd_321x241.webm", "h264_aac_640x360.mp4", "gif_200x150.gif"]
      .map { Folders.sample($0) }
    let (one, many) = (directory.path.appending("a.csv"), directory.path.appending("b.csv"))
    for (path, jobs) in [(one, "1"), (many, "3")] {
      let run = try await Run.vidproc(
        ["run", "--quiet", "--jobs", jobs, "--filter", "stats,scenes", "--records", path.string]
          + inputs)
      #expect(run.status == 0, "\(run.errors)")
    }
    let text = try #require(TextFile.read(one.string))
    #expect(TextFile.read(many.string) == text)
    let lines = text.split(separator: "\r\n")
    let columns = lines[0].split(separator: ",")
    #expect(columns.starts(with: ["input", "frame", "pts"]))
    #expect(columns.contains("scenes.score") && columns.contains("stats.y_mean"))
    #expect(
      lines.dropFirst().allSatisfy { line in
        line.split(separator: ",", omittingEmptySubsequences: false).count == columns.count
      })
    var order: [Substring] = []
    for line in lines.dropFirst() {
      let name = line.prefix { $0 != "," }
      if order.last != name { order.append(name) }
    }
    #expect(order.map(String.init) == inputs)
    #expect(directory.names() == ["a.csv", "b.csv"], "nothing is left behind")
  }

  @Test func recordsThatCannotBeWrittenAreRefusedBeforeWork() async throws {
    try Data().write(to: URL(fileURLWithPath: directory.path.appending("file").string))
    for name in ["r.txt", "r", "file/below/r.csv"] {
      let run = try await Run.vidproc(
        ["run", "--records", directory.path.appending(name).string, usual])
      #expect(run.status == 64, "\(name)")
      #expect(run.errors.contains("records"))
    }
  }

  @Test func numbersAreToldFromWords() {
    for text in ["0", "-1", "12.5", "1e9", "-0.25E-3", "100"] {
      #expect(RecordsFile.isNumber(text), "\(text)")
    }
    for text in ["", "-", "nan", "inf", "1.", ".5", "01", "0x10", "1e", "1 ", "00112233445566"] {
      #expect(!RecordsFile.isNumber(text), "\(text)")
    }
  }
}
