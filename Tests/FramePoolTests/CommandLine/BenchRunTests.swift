import FoundationEssentials
import SystemPackage
import Testing

@testable import FramePool
@testable import vidproc

/// `vidproc bench` as a user sees it: counts and proofs, never times.
@Suite struct BenchRunTests {
  private let directory = TemporaryDirectory()
  private let inputs = [
    Folders.sample("vp9_odd_321x241.webm"), Folders.sample("mjpeg_fullrange_320x240.mov"),
  ]

  private func bench(_ arguments: [String]) async throws -> BenchReport {
    let run = try await Run.vidproc(
      ["bench", "--quiet", "--rounds", "2", "--cpus", "2", "--json"] + arguments + inputs)
    #expect(run.status == 0, "\(run.errors)")
    return try JSONDecoder().decode(BenchReport.self, from: Data(run.output.utf8))
  }

  @Test func allWaysDoTheSameWork() async throws {
    let page = directory.path.appending("b.html")
    let report = try await bench(["--filter", "edges", "--report", page.string])
    #expect(
      report.modes.map(\.name) == ["series-1", "series-2", "pool-1", "pool-2", "budgeted"])
    for mode in report.modes {
      #expect(mode.same == true, "\(mode.name): \(mode.proof ?? "")")
      #expect(mode.wall?.all.count == 2)
      #expect(mode.wall?.median ?? 0 > 0)
      #expect(mode.cpuSeconds ?? 0 > 0)
      #expect(mode.peakMemoryBytes ?? 0 > 1 << 20)
      #expect(mode.ofBound ?? 0 > 0)
    }
    #expect(report.modes[0].speedUp == 1)
    #expect(report.modes[3].proof == "2 of 2 checksums equal")
    #expect(report.bound?.cpus == 2)
    let html = try #require(TextFile.read(page.string))
    #expect(html.contains("vidproc.bench/1"))
  }

  @Test(arguments: [(["hflip"], "2 of 2 checksums equal"), ([], "2 of 2 checksums equal")])
  func ffmpegIsComparedByItsSums(chain: [String], proof: String) async throws {
    let report = try await bench(["--against", "ffmpeg"] + chain.flatMap { ["--filter", $0] })
    let peers = report.modes.filter { $0.group == .peer }
    #expect(peers.map(\.name) == ["ffmpeg", "ffmpeg-2"])
    #expect(peers.allSatisfy { $0.same == true && $0.proof == proof })
  }

  @Test func anotherFilterIsComparedByItsFrames() async throws {
    let report = try await bench(["--against", "ffmpeg", "--filter", "blur=sigma=2"])
    let peers = report.modes.filter { $0.group == .peer }
    #expect(peers.count == 2)
    #expect(
      peers.allSatisfy {
        $0.proof == "2 of 2 frame counts equal; its filters are other ones" && $0.same == true
      })
  }

  @Test func ourOwnRunsAreToldTheCPUs() async throws {
    let run = try await Run.vidproc(
      ["bench", "--quiet", "--rounds", "1", "--cpus", "1", "--json"] + inputs)
    #expect(run.status == 0, "\(run.errors)")
    let report = try JSONDecoder().decode(BenchReport.self, from: Data(run.output.utf8))
    #expect(report.modes.map(\.name) == ["series-1", "pool-1", "budgeted"])
    #expect(report.bound?.cpus == 1)
  }

  @Test func whoIsNotThereIsLeftOutAndNoted() async throws {
    let report = try await bench([
      "--against", "opencv,pyav", "--python", "/no/such/python", "--filter", "blur",
    ])
    #expect(report.modes.allSatisfy { $0.group == .vidproc })
    #expect(report.notes.count == 2)
    #expect(report.notes.allSatisfy { $0.contains("is left out") })
    let lacking = try await bench(["--against", "ffmpeg", "--filter", "scenes"])
    #expect(lacking.notes == ["ffmpeg is left out: it has not all filters of scenes"])
  }

  @Test(arguments: [["--against", "gimp"], ["--rounds", "0"], ["--report", "b.csv"]])
  func whatCannotBeComparedIsRefused(arguments: [String]) async throws {
    let run = try await Run.vidproc(["bench"] + arguments + inputs)
    #expect(run.status == 64)
  }

  @Test(
    arguments: [
      ([.init(frames: 1, checksum: "a")], [.init(frames: 1, checksum: "a")], true, true),
      ([.init(frames: 1, checksum: "a")], [.init(frames: 1, checksum: "b")], true, false),
      ([.init(frames: 1, checksum: "a")], [.init(frames: 1, checksum: "b")], false, true),
      ([.init(frames: 2, checksum: nil)], [.init(frames: 1, checksum: "b")], true, false),
      ([.init(frames: nil, checksum: nil)], [.init(frames: 1, checksum: nil)], true, nil),
      ([], [.init(frames: 1, checksum: nil)], true, nil),
    ] as [([BenchProof.Entry], [BenchProof.Entry], Bool, Bool?)])
  func proofs(one: [BenchProof.Entry], other: [BenchProof.Entry], isExact: Bool, same: Bool?) {
    #expect(BenchProof.compare(one, with: other, isExact: isExact).same == same)
  }

  @Test(
    arguments: [
      (["blur=3"], "gblur=sigma=3.0", "[\"blur\",3.0]", false),
      (["invert", "hflip"], "negate,hflip", nil, false),
      (
        ["scale=iw/2:ih/2:flags=bilinear"], "scale=iw/2:ih/2:flags=bilinear",
        "[\"scale\",0.5,0.5]", true
      ),
      (["scenes"], nil, nil, false), ([], "", "", true),
    ] as [([String], String?, String?, Bool)])
  func chainsAreTranslated(
    chains: [String], ffmpeg: String?, openCV: String?, isExact: Bool
  ) throws {
    let result = try BenchPeers.translate(chains)
    let text = result.ffmpeg?.map { $0.options.isEmpty ? $0.name : "\($0.name)=\($0.options)" }
      .joined(separator: ",")
    #expect(text == ffmpeg)
    #expect(result.openCV?.joined(separator: ",") == openCV)
    #expect(result.isExact == isExact)
  }
}
