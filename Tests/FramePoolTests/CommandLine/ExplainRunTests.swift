import FoundationEssentials
import SystemPackage
import Testing

@testable import FramePool

/// `--explain` on batches that are made to have one known reason each, and what else shows it.
@Suite struct ExplainRunTests {
  private let directory = TemporaryDirectory()

  private struct Explained: Decodable {
    var explanation: Explanation
    var wallSeconds: Double
    var plan: WorkPlan
  }

  private var report: FilePath { directory.path.appending("r.json") }

  private func read() throws -> Explained {
    let text = TextFile.read(report.string) ?? ""
    return try JSONDecoder().decode(Explained.self, from: Data(text.utf8))
  }

  private func make(_ name: String, seconds: Double, size: String = "640x360") async throws {
    _ = try await Run.program(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=\(size):rate=30", "-t",
        "\(seconds)", "-c:v", "mpeg4", "-q:v", "4",
        directory.path.appending("in").appending(name).string,
      ])
  }

  private func makeInputs(_ list: [(name: String, seconds: Double)]) async throws -> String {
    _ = directory.write("", to: "in/.keep")
    for entry in list { try await make(entry.name, seconds: entry.seconds) }
    return directory.path.appending("in").string
  }

  @Test func oneHugeFile() async throws {
    let inputs = try await makeInputs([("huge.avi", 30), ("b.avi", 0.5), ("c.avi", 0.5)])
    let run = try await Run.vidproc(
      "run", "--jobs", "2", "--threads-per-job", "1", "--filter", "blur=sigma=3", "--explain",
      "--report", report.string, inputs)
    #expect(run.status == 0, "\(run.errors)")
    let explanation = try read().explanation
    #expect(explanation.bound.rule == .longest)
    #expect(explanation.bound.longestInput?.path.lastComponent?.string == "huge.avi")
    let sentence = try #require(explanation.sentences.first { $0.kind == .longestVideo })
    #expect(sentence.text.hasPrefix("huge.avi alone is 9"), "\(sentence.text)")
    #expect(sentence.text.contains("--threads-per-job"))
    #expect(run.output.contains(sentence.text))
    #expect(!explanation.sentences.contains { [.quota, .encoder, .order].contains($0.kind) })
    #expect(explanation.shares.idle > 0.3, "\(explanation.shares)")
  }

  @Test func quietTellsNothingElse() async throws {
    let sample = Folders.sample("gif_200x150.gif")
    let run = try await Run.vidproc("run", "--quiet", "--explain", sample)
    #expect(run.output.hasPrefix("Of the time of "), "\(run.output)")
    #expect(run.output.contains("\n- The batch took "))
    #expect(try await Run.vidproc("run", "--quiet", sample).output.isEmpty)
  }

  @Test func aSlowEncoder() async throws {
    let inputs = try await makeInputs([("a.avi", 2), ("b.avi", 2)])
    let run = try await Run.vidproc(
      "run", "--codec", "hevc", "--preset", "slow", "--output",
      directory.path.appending("out").string, "--explain", "--report", report.string, inputs)
    #expect(run.status == 0, "\(run.errors)")
    let explanation = try read().explanation
    let sentence = try #require(explanation.sentences.first { $0.kind == .encoder })
    #expect(sentence.text.contains("hevc, preset slow"))
    // Of the work, not of what all CPUs could do: other programs may have some of that.
    let shares = explanation.shares
    let work = 1 - shares.startUp - shares.pool - shares.waiting - shares.idle
    #expect(shares.encode > 0.9 * work, "\(shares)")
    #expect(run.output.contains(sentence.text))
  }

  /// A control group of version 1 for one test, where this process may make one.
  private static let groups = FilePath("/sys/fs/cgroup/cpu")

  @Test(
    .enabled(
      if: TextFile.read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") != nil
        && PartFile.isWritable(groups), "no control group can be made here"))
  func aQuota() async throws {
    let inputs = try await makeInputs([("a.avi", 8), ("b.avi", 8)])
    let group = Self.groups.appending("vidproc-test-\(UInt32.random(in: 0...999_999))").string
    let script = """
      set -e
      mkdir "$0"
      trap 'cat /proc/self/cgroup >/dev/null; echo $$ >/sys/fs/cgroup/cpu/cgroup.procs; rmdir "$0"' EXIT
      echo 100000 >"$0/cpu.cfs_period_us"
      echo 40000 >"$0/cpu.cfs_quota_us"
      echo $$ >"$0/cgroup.procs"
      "$@"
      """
    let output = try await Run.program(
      "sh",
      [
        "-c", script, group, Products.vidproc, "run", "--jobs", "2", "--filter", "blur=sigma=3",
        "--explain", "--report", report.string, inputs,
      ])
    let explanation = try read().explanation
    let sentence = try #require(
      explanation.sentences.first { $0.kind == .quota }, "\(explanation.sentences)")
    #expect(output.contains(sentence.text))
    #expect(!explanation.sentences.contains { $0.kind == .contention })
  }

  @Test func thePageHasEverything() async throws {
    let page = directory.path.appending("p.html")
    let name = "a&b<\u{2F}script>.avi".replacing("/", with: "%")
    let inputs = try await makeInputs([(name, 0.5), ("{{script}}.avi", 0.5)])
    let run = try await Run.vidproc(
      "run", "--filter", "edges", "--report", page.string, "--report", report.string, inputs)
    #expect(run.status == 0, "\(run.errors)")
    let html = try #require(TextFile.read(page.string))
    func json(_ id: String) -> String {
      let head = "<script type=\"application/json\" id=\"\(id)\">"
      let rest = html.firstRange(of: head).map { html[$0.upperBound...] } ?? ""
      return rest.firstRange(of: "</script>").map { String(rest[..<$0.lowerBound]) } ?? ""
    }
    struct Page: Decodable {
      var files: [FileRecord]
    }
    let read = try JSONDecoder().decode(Page.self, from: Data(json("report").utf8))
    #expect(read.files.contains { $0.input.path.lastComponent?.string == name })
    let pictures = try JSONDecoder().decode(
      [String: [Data]].self, from: Data(json("pictures").utf8))
    #expect(pictures.keys.sorted() == ["0", "1"])
    for pair in pictures.values {
      #expect(pair.count == 2)
      #expect(pair.allSatisfy { $0.starts(with: [0xFF, 0xD8]) }, "JPEG")
    }
    #expect(json("bench") == "null")
    #expect(html.contains("{{script}}.avi"), "a name is no placeholder")
    #expect(!html.contains("src=\"http"))
  }

  @Test func theTraceHasASliceForEachVideo() async throws {
    struct Trace: Decodable {
      struct Event: Decodable {
        var name: String
        var ph: String
        var ts: Double?
        var dur: Double?
        var tid: Int
      }
      var traceEvents: [Event]
    }
    let inputs = try await makeInputs((0..<6).map { ("\($0).avi", 0.5) })
    let path = directory.path.appending("t.json")
    let run = try await Run.vidproc(
      "run", "--jobs", "2", "--filter", "blur", "--trace", path.string, inputs)
    #expect(run.status == 0, "\(run.errors)")
    let trace = try JSONDecoder().decode(
      Trace.self, from: Data((TextFile.read(path.string) ?? "").utf8))
    let slices = trace.traceEvents.filter { $0.ph == "X" }
    let videos = slices.filter { $0.name.hasSuffix(".avi") }
    #expect(Set(videos.map(\.name)).count == 6)
    #expect(Set(videos.map(\.tid)) == [1, 2])
    #expect(slices.count { $0.name == "decode" } == 6)
    #expect(slices.count { $0.name == "filter" } == 6)
    for video in videos {
      let inside = slices.filter { slice in
        slice.tid == video.tid && slice.name != video.name
          && (slice.ts ?? 0) >= (video.ts ?? 0) - 1
          && (slice.ts ?? 0) + (slice.dur ?? 0) <= (video.ts ?? 0) + (video.dur ?? 0) + 1
      }
      #expect(inside.count { $0.name == "decode" } >= 1)
    }
    let bad = try await Run.vidproc("run", "--trace", "t.txt", inputs)
    #expect(bad.status == 64)
  }

  @Test(
    arguments: [
      (["--cpus", "1"], 1, "--cpus"), (["--cpus", "3"], 3, "--cpus"),
      (["--affinity", "\(CPUBudget.usable()[0])", "--nice", "5"], 1, "affinity"),
    ] as [([String], Int, String)])
  func theBudgetIsWhatWasAskedFor(arguments: [String], cpus: Int, source: String) async throws {
    let run = try await Run.vidproc(
      ["run", "--report", report.string] + arguments + [Folders.sample("gif_200x150.gif")]
        + [Folders.sample("av1_320x180.mkv"), Folders.sample("vp9_odd_321x241.webm")])
    #expect(run.status == 0, "\(run.errors)")
    let read = try ReadReport(report)
    #expect(read.machine.cpus == cpus)
    #expect(read.machine.cpuSource.contains(source) || CPUBudget.usable().count == 1)
    #expect(read.plan.jobs == cpus)
    #expect(read.plan.reason.contains("3 videos"))
    #expect(run.output.contains(read.plan.reason))
  }

  @Test(arguments: [
    ["--cpus", "0"], ["--affinity", "9999"], ["--affinity", "1-"], ["--nice", "20"],
  ])
  func whatCannotBeGivenIsRefused(arguments: [String]) async throws {
    let run = try await Run.vidproc(["run"] + arguments + [Folders.sample("gif_200x150.gif")])
    #expect(run.status == 64)
  }

  /// However many threads: the same frames.
  @Test(
    arguments: [
      "blur=sigma=2", "edges", "sepia", "invert", "adjust=contrast=1.2:saturation=0.5", "sharpen",
      "denoise", "denoise=method=temporal", "pixelate=size=7", "difference", "grayscale,blur",
    ])
  func threadsChangeNothing(filter: String) async throws {
    var sums: Set<[String?]> = []
    for threads in ["1", "3"] {
      let run = try await Run.vidproc(
        "run", "--quiet", "--checksum", "--frames", "12", "--threads-per-job", threads, "--filter",
        filter, "--report", report.string, Folders.sample("vp9_odd_321x241.webm"),
        Folders.sample("hevc_10bit_hdr_480x270.mkv"), Folders.sample("ffv1_alpha_160x120.mkv"))
      #expect(run.status == 0, "\(run.errors)")
      sums.insert(try ReadReport(report).files.map(\.checksum))
    }
    #expect(sums.count == 1)
    #expect(sums.first?.allSatisfy { $0 != nil } == true)
  }
}
