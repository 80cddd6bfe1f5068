import SystemPackage
import Testing

@testable import FramePool

/// vidproc's own filters on the command line: what is refused, what is listed, and that they run on
/// anything.
@Suite struct OwnFilterRunTests {
  private let directory = TemporaryDirectory()
  private let usual = Folders.sample("h264_aac_640x360.mp4")

  /// A chain and what the message must name.
  @Test(arguments: [
    ("blur=sigma=-1", ["blur", "sigma", "-1", "0.1 to 20"]),
    ("adjust=gamma=abc", ["adjust", "gamma", "abc", "0.1 to 10"]),
    ("blur=sgima=2", ["blur", "no option 'sgima'", "did you mean 'sigma'"]),
    ("blur=nan", ["sigma", "0.1 to 20"]),
    ("pixelate=size=1.5", ["pixelate", "size", "whole number", "2 to 1024"]),
    ("denoise=method=fast", ["denoise", "method", "median or temporal"]),
    ("stats=histogram=maybe", ["stats", "histogram", "1 or 0"]),
    ("invert=1", ["invert", "no options", "'1'"]),
    ("blur=2:3", ["blur", "only 1 option", "'3'"]),
    ("sharpen=amount=1:2", ["sharpen", "'2' needs a name"]),
    ("grayscle", ["grayscle", "did you mean 'grayscale'"]),
    ("grayscale,,invert", ["missing between the commas"]),
  ])
  func nonsenseIsRefusedBeforeAnyWorkerStarts(chain: String, parts: [String]) async throws {
    let report = directory.path.appending("r.json")
    let run = try await Run.vidproc(
      ["run", "--filter", chain, "--report", report.string, usual])
    #expect(run.status == 64)
    for part in parts { #expect(run.errors.contains(part), "\(part) in: \(run.errors)") }
    #expect(directory.names().isEmpty, "no report of what was not begun")
  }

  @Test func anOwnFilterIsRefusedEvenBetweenFFmpegs() async throws {
    let run = try await Run.vidproc(["run", "--filter", "hflip,blur=sigma=99,vflip", usual])
    #expect(run.status == 64)
    #expect(run.errors.contains("0.1 to 20"))
  }

  @Test func filtersAreDescribedWithRangesAndDefaults() async throws {
    let run = try await Run.vidproc("filters", "adjust")
    for part in ["vidproc's own", "gamma", "0.1 to 10", "default 1", "adjust=brightness=0.1"] {
      #expect(run.output.contains(part), "\(part)")
    }
    let choice = try await Run.vidproc("filters", "denoise")
    #expect(choice.output.contains("median, temporal"))
    #expect(choice.output.contains("looks at"))
  }

  @Test func everyExampleWorks() async throws {
    let own = FilterCatalog.all().filter(\.isOwn)
    #expect(own.count == 18)
    for filter in own {
      #expect(filter.summary.hasSuffix("."), "\(filter.name)")
      #expect(FilterCatalog.describe(filter.name)?.options == filter.options)
      let run = try await Run.vidproc(
        ["run", "--quiet", "--filter", filter.example, "--frames", "5", usual])
      #expect(run.status == 0, "\(filter.example): \(run.errors)")
    }
  }

  @Test func noOwnFilterHasANameOfFFmpegs() throws {
    let all = FilterCatalog.all()
    let theirs = Set(all.filter { !$0.isOwn }.map(\.name))
    for filter in all where filter.isOwn { #expect(!theirs.contains(filter.name)) }
  }

  @Test func aFusedChainIsTheSameAsItsPartsApart() async throws {
    let path = directory.path.appending("r.json")
    func sums(_ filters: [String]) async throws -> [String?] {
      let run = try await Run.vidproc(
        ["run", "--quiet", "--checksum", "--frames", "8", "--report", path.string]
          + filters.flatMap { ["--filter", $0] } + [Folders.samples.string])
      #expect(run.status == 0, "\(run.errors)")
      return try ReadReport(path).files.map(\.checksum)
    }
    let chain = ["invert", "adjust=gamma=1.3", "sepia", "adjust=saturation=0.5", "invert"]
    // FFmpeg's null between them keeps them apart.
    let fused = try await sums(chain)
    let apart = try await sums(chain.flatMap { [$0, "null"] })
    #expect(fused == apart)
    #expect(fused.count == 11)
  }
}

/// All own filters on all real clips: no crash, no silent change of layout.
@Suite(.enabled(if: Folders.hasFootage, "\(Folders.footageIsMissing)"))
struct OwnFilterFootageTests {
  private let directory = TemporaryDirectory()

  @Test func aWindowIsThatOfDecodingEverything() async throws {
    let path = directory.path.appending("r.json")
    func sums(_ arguments: [String]) async throws -> [String: String?] {
      let run = try await Run.vidproc(
        ["run", "--quiet", "--checksum", "--report", path.string] + arguments
          + [Folders.footage.appending("clips").string])
      #expect(run.status == 0, "\(run.errors)")
      return Dictionary(
        uniqueKeysWithValues: try ReadReport(path).files.map { ("\($0.input)", $0.checksum) })
    }
    let window = try await sums(["--start", "1.27", "--duration", "0.4"])
    let wanted = try await sums(["--filter", "select=gte(t\\,1.27)*lt(t\\,1.67)"])
    #expect(window.count == 59)
    for (name, sum) in window { #expect(sum == wanted[name], "\(name)") }
  }

  @Test(
    arguments: FilterCatalog.all().filter(\.isOwn).map(\.example) + [
      "denoise=temporal:radius=3", "invert,adjust=gamma=2,sepia", "blur=0.5,edges,binarize",
      "stats,scenes,motion,sharpness,black,freeze,fingerprint=0",
    ])
  func everyClipIsFiltered(chain: String) async throws {
    let path = directory.path.appending("r.json")
    let run = try await Run.vidproc(
      [
        "run", "--quiet", "--filter", chain, "--frames", "6", "--report", path.string,
        Folders.footage.appending("clips").string,
      ])
    #expect(run.status == 0, "\(run.errors)")
    let report = try ReadReport(path)
    #expect(report.files.count == 59)
    for file in report.files {
      #expect(file.status == .ok, "\(file.input.path): \(file.error?.message ?? "")")
      #expect(file.frames.filtered == file.frames.sampled)
      #expect(file.frames.sampled >= 1)
      let format = file.stream?.pixelFormat ?? ""
      let isPacked = ["pal8", "rgba", "bgra", "rgb24", "rgb555le"].contains(format)
      if !isPacked {
        #expect(
          file.conversions.allSatisfy { $0.contains("gray") },
          "\(file.input.path): \(file.conversions)")
      }
      #expect(
        file.conversions.allSatisfy { !$0.contains("losing") },
        "\(file.input.path): \(file.conversions)")
    }
  }
}
