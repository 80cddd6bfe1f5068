import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import FramePool

/// The page of a report whose names and records were made to harm: a file may be called anything,
/// and a worker that a file has taken over may send anything.
@Suite struct PageTests {
  private let directory = TemporaryDirectory()

  /// Texts that would run, load, break out of where they stand, or look like something else.
  static let texts = [
    "</script><script>document.title='owned';window.owned=1</script>",
    // A mark that makes one character with the `<` behind it.
    "\u{600}</script>\u{600}<script>document.title=window.owned='owned'//\u{600}</script>",
    "\u{600}</script>\u{600}<img src=x onerror=document.title=window.owned='owned'>",
    "<img src=x onerror=\"alert(1)\">", "<svg/onload=alert(1)>", "<!--<script>", "--> ]]> %>",
    "javascript:alert(1)", "\"><b onmouseover='alert(1)' style=\"color:red\">", "'\"`\\\\u003cb>\\",
    "a\u{2028}b\u{2029}c", "gpj.\u{202E}4pm.exe", "\u{2066}x\u{2069}\u{200F}\u{FEFF}y\u{AD}z",
    "\u{1B}[2J\u{1B}]0;owned\u{7}\r\nnew line\t\u{7F}\u{9B}31m",
    "\u{E0041}\u{E007F}\u{3164}\u{2800}",
    "אבג עברית 5", "e\u{301}\u{301} 👨‍👩‍👧 ❤️ 日本", "&lt;b&gt; &amp; &#x3c;",
    "{{script}} {{report}} {{nonce}} ${1+1}", "__proto__", "constructor", "url(x); @import 'x'",
    "x onerror=alert(1)", "https://example.invalid/x.js",
  ]

  private static let numbers = [
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e15 + 0.5, -1.5, .leastNonzeroMagnitude,
    -.leastNonzeroMagnitude,
  ]
  private static let counts = [.max, .min, 1 << 53, -1, 0, 1]

  private static func budget() -> CPUBudget { .init(cpus: 2, source: "online") }

  private func report(_ inputs: [FilePath]) -> Report {
    var report = Report(
      options: BatchOptions(), plan: WorkPlan(budget: Self.budget(), videos: inputs.count),
      budget: Self.budget(), inputs: inputs.map { BatchInput(path: $0, size: 1, obstacle: nil) })
    report.finish()
    return report
  }

  /// A file for each text, for each number, one whose name is no UTF-8, and one with too much of
  /// everything.
  private func hostileReport() -> Report {
    let names =
      Self.texts.map { FilePath("dir/\($0).mp4") } + Self.numbers.map { FilePath("\($0).mp4") }
      + [FilePath(bytes: [0xFF, 0x3C, 0x69, 0x6D, 0x67, 0x3E, 0xE2, 0x80]), "many.mp4"]
    var report = report(names)
    for (index, text) in Self.texts.enumerated() {
      fill(&report.files[index], text)
      report.thumbnails[index] = [text, text]
    }
    for index in Self.numbers.indices {
      let place = Self.texts.count + index
      fill(&report.files[place], Self.numbers[index], Self.counts[index])
    }
    fill(&report.files[names.count - 1], tooMuch: 2000)
    report.thumbnails[names.count - 2] = ["\"><script>alert(1)</script>", "AAAA"]
    report.thumbnails[names.count - 1] = [String(repeating: "A", count: 500_000), "=AAA"]
    report.options.filters = Self.texts
    report.options.output = OutputSettings(directory: InputPath(FilePath(Self.texts[0])))
    report.tool.libraries = [Self.texts[0]: Self.texts[1]]
    report.machine.cpuSource = Self.texts[2]
    report.explanation = Explanation(
      shares: .init(), bound: .init([1], cpus: 2) { report.files[$0].input },
      sentences: Self.texts.map { .init(kind: .bound, text: $0) })
    report.explanation?.shares.decode = .greatestFiniteMagnitude
    report.explanation?.shares.idle = -.greatestFiniteMagnitude
    report.totals.damaged = names.count
    report.totals.frames = .max
    report.totals.workerSeconds = .greatestFiniteMagnitude
    return report
  }

  private func fill(_ file: inout FileRecord, _ text: String) {
    file.status = .damaged
    file.error = .init(kind: .corrupt, message: text, lastTimestamp: 1, log: [text, text])
    file.attempts = 1
    file.outputs = [InputPath(FilePath("out/\(text)"))]
    file.host = text
    file.stream = stream(text)
    file.seconds.start = 0.1
    file.seconds.wall = 0.5
    file.seconds.decode = 0.3
    file.checksum = text
    file.losses = [text]
    file.formats = [text]
    file.conversions = [text]
    file.sandbox = [text]
    file.measurements = [
      .init(
        filter: text,
        values: [text: .text(text), "list": .list([.text(text), .table([text: .count(1)])])])
    ]
  }

  private func stream(_ text: String) -> VideoRecord.Stream {
    .init(
      index: 0, codec: text, width: 320, height: 180, pixelFormat: text, frameRate: 25, rotation: 0,
      duration: 1, variableFrameRate: nil)
  }

  private func fill(_ file: inout FileRecord, _ number: Double, _ count: Int) {
    file.status = .damaged
    file.error = .init(
      kind: .corrupt, message: "m", signal: .min, lastTimestamp: number, log: [])
    file.attempts = count
    (file.pid, file.threads, file.outputBytes) = (.min, count, Int64(count))
    file.stream = .init(
      index: count, codec: "c", width: count, height: count, pixelFormat: nil, frameRate: number,
      rotation: count, duration: number, variableFrameRate: true)
    (file.frames.decoded, file.frames.sampled, file.frames.filtered) = (count, count, count)
    (file.frames.written, file.frames.decodeErrors) = (count, count)
    file.seconds = .init(
      start: number, queued: number, wall: number, ready: number, demux: number, decode: number,
      filter: number, encode: number, mux: number, checksum: number, verify: number)
    file.cpuSeconds = .init(user: number, system: number)
    (file.peakMemoryBytes, file.readBytes) = (count, count)
    (file.framesPerSecond, file.startOffset) = (number, number)
    file.measurements = [
      .init(filter: "f", values: ["n": .number(number), "l": .list([.count(count)])])
    ]
  }

  private func fill(_ file: inout FileRecord, tooMuch count: Int) {
    fill(&file, String(repeating: "<b>", count: 20_000))
    let values = (0..<count).map { ("k\($0)", MeasureValue.count($0)) }
    var deep = MeasureValue.count(1)
    for _ in 0..<30 { deep = .list([deep]) }
    file.outputs = []
    file.losses = Array(repeating: "l", count: count)
    file.measurements =
      [.init(filter: "f", values: Dictionary(uniqueKeysWithValues: values))]
      + Array(repeating: .init(filter: "f", values: ["deep": deep]), count: count)
  }

  private func hostileBench() -> BenchReport {
    let texts = Self.texts
    let labels = [texts[0], texts[1], texts[2]]
    var modes = labels.enumerated().map { index, label in
      BenchReport.Mode(
        name: "pool-\(index + 1)", label: label, group: .vidproc, workers: index + 1, threads: 1)
    }
    for index in modes.indices {
      modes[index].wall = .init([1, 2, 3])
      modes[index].proof = texts[3]
    }
    modes.append(.init(name: "pool-9", label: texts[4], group: .peer, workers: .max, threads: 1))
    modes[3].wall = .init([0])
    var bench = BenchReport(
      filter: texts[0], inputs: [.init(path: InputPath(FilePath(texts[0])), bytes: .max)],
      rounds: 3, coldCache: false, budget: Self.budget(), modes: modes)
    bench.notes = texts
    bench.compare()
    return bench
  }

  private func page(_ report: Report) throws -> [UInt8] {
    let path = directory.path.appending("r.html")
    try ReportFile(path).write(report)
    return Array(try #require(TextFile.read(path.string)).utf8)
  }

  /// A data block's JSON, found byte by byte as a browser does.
  private func block(_ name: String, in page: [UInt8]) throws -> Data {
    let opener = Array("<script type=\"application/json\" id=\"\(name)\">".utf8)
    let start = try #require(page.firstRange(of: opener)).upperBound
    let end = try #require(page[start...].firstRange(of: Array("</script".utf8))).lowerBound
    return Data(page[start..<end])
  }

  @Test func noTextOfTheDataIsMarkup() throws {
    let plain = try page(report(["a.mp4"]))
    let hostile = try page(hostileReport())
    for mark in "<>".utf8 {
      #expect(hostile.count { $0 == mark } == plain.count { $0 == mark }, "of the template alone")
    }
    let data = try block("report", in: hostile) + block("pictures", in: hostile)
    #expect(!data.contains(0x26))
    for separator in ["\u{2028}", "\u{2029}"] {
      #expect(hostile.firstRange(of: Array(separator.utf8)) == nil)
    }
  }

  @Test func theSameOfAComparison() throws {
    let path = directory.path.appending("b.html")
    try ReportFile(path).write(hostileBench())
    let page = Array(try #require(TextFile.read(path.string)).utf8)
    let plain = try self.page(report(["a.mp4"]))
    #expect(page.count { $0 == 0x3C } == plain.count { $0 == 0x3C })
    let bench = try JSONDecoder().decode(BenchReport.self, from: block("bench", in: page))
    #expect(bench.notes == Self.texts)
  }

  @Test func theDataComesBackAsItWas() throws {
    struct Top: Decodable {
      var options: BatchOptions
      var files: [FileRecord]
    }
    let report = hostileReport()
    let page = try page(report)
    let top = try JSONDecoder().decode(Top.self, from: block("report", in: page))
    // Without the values: they would be told in full.
    let isSame = top.files == report.files && top.options == report.options
    #expect(isSame)
    let pictures = try JSONDecoder().decode(
      [String: [String]].self, from: block("pictures", in: page))
    #expect(pictures.count == report.thumbnails.count)
    let areSame = report.thumbnails.allSatisfy { pictures["\($0)"] == $1 }
    #expect(areSame)
  }

  @Test func thePolicyNamesThePagesOwnScriptAndNothingElse() throws {
    var words: Set<String> = []
    for _ in 0..<2 {
      let text = String(decoding: try page(hostileReport()), as: UTF8.self)
      let policy = try #require(
        text.split(separator: "\n").first { $0.contains("script-src") && $0.contains("style-src") })
      let word = try #require(
        policy.split(separator: "script-src 'nonce-").last?.split(separator: "'").first)
      #expect(word.count >= 16)
      // Not within the expectations, which would tell the whole page.
      let isOnScript = text.contains("<script type=\"module\" nonce=\"\(word)\">")
      let isOnStyle = text.contains("<style nonce=\"\(word)\">")
      #expect(isOnScript && isOnStyle)
      #expect(policy.contains("style-src 'nonce-\(word)'"))
      let isUnsafe = text.contains("unsafe-")
      #expect(!isUnsafe)
      words.insert(String(word))
    }
    #expect(words.count == 2, "nobody knows the next page's word")
  }

  /// Text reaches the page in one way, and a picture's address, styles and attributes in one each.
  @Test func theScriptMakesNoMarkup() throws {
    let folder = Folders.package.appending("Sources/FramePool/Report/Page")
    let script = try #require(TextFile.read(folder.appending("page.js").string))
    for way in [
      "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(",
      "DOMParser", "createContextualFragment", "srcdoc", ".href", "cssText", "location", "fetch(",
      "import(", "<script", "</script", "<!--",
    ] {
      #expect(!script.contains(way), "\(way)")
    }
    for way in ["setAttribute", ".src =", ".style", "createElement(tag", "createTextNode"] {
      #expect(script.split(separator: way, omittingEmptySubsequences: false).count == 2, "\(way)")
    }
    let template = try #require(TextFile.read(folder.appending("page.html").string))
    for way in [" style=", " onclick", " onload", "http:", "https:", "<link", "<iframe"] {
      #expect(!template.contains(way), "\(way)")
    }
  }

  @Test(.enabled(if: Programs.canOpenPages, "\(Programs.cannotOpenPages)"))
  func aBrowserShowsTheDataAndRunsNoneOfIt() async throws {
    let paths = ["report.html", "comparison.html"].map { directory.path.appending($0) }
    try ReportFile(paths[0]).write(hostileReport())
    try ReportFile(paths[1]).write(hostileBench())
    let check = Folders.package.appending("Scripts/check-page.py").string
    let result = try await Subprocess.run(
      .name("python3"), arguments: Arguments([check, "--hostile"] + paths.map(\.string)),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    #expect(
      result.terminationStatus == .exited(0), "\(result.standardOutput)\(result.standardError)")
  }
}

/// What is needed to open a page.
private enum Programs {
  static let canOpenPages =
    isThere("python3") && (isThere("chromium") || isThere("chromium-browser"))

  /// What is told when it is not there.
  static let cannotOpenPages = "no chromium or no python3 here; the page is not opened in a browser"

  private static func isThere(_ program: String) -> Bool {
    let folders = getenv("PATH").map { String(cString: $0) } ?? ""
    return folders.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }
}
