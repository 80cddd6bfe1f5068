import FoundationEssentials
import FramePool
import SystemPackage

/// The ways that are compared.
struct BenchPlan {
  /// Another program to compare with.
  enum Peer: String, CaseIterable {
    case ffmpeg
    case opencv
    case pyav
  }

  let inputs: [BatchInput]
  let filters: [String]
  let cpus: Int
  let python: String
  /// A directory for scripts and reports.
  let directory: FilePath

  // MARK: - Our own

  /// The ways of this program: without a pool, with pools of several sizes, and as it decides.
  func own() -> [BenchMode] {
    var modes = [series(1)]
    if cpus > 1 { modes.append(series(cpus)) }
    for workers in poolSizes() {
      modes.append(
        run(
          .init(
            name: "pool-\(workers)", label: "pool of \(Quantity.text(workers, "worker"))",
            group: .vidproc, workers: workers, threads: 1),
          ["--jobs", "\(workers)", "--threads-per-job", "1"]))
    }
    let budgeted = WorkPlan(budget: .init(cpus: cpus, source: ""), videos: inputs.count)
    modes.append(
      run(
        .init(
          name: "budgeted", label: "budgeted mix", group: .vidproc, workers: budgeted.jobs,
          threads: budgeted.threadsPerJob), []))
    return modes
  }

  /// All sizes up to eight, then doublings.
  private func poolSizes() -> [Int] {
    var sizes = Array(1...min(cpus, 8))
    while let last = sizes.last, last < cpus { sizes.append(min(cpus, last * 2)) }
    return sizes
  }

  private var filterArguments: [String] { filters.flatMap { ["--filter", $0] } }

  /// The paths, each with a zero byte at its end: any number of any bytes.
  private var list: [UInt8] {
    inputs.flatMap { $0.path.bytes.map { UInt8(bitPattern: $0) } }
  }

  private func run(_ figures: BenchReport.Mode, _ arguments: [String]) -> BenchMode {
    let report = directory.appending("report.json").string
    let common =
      [
        "run", "--quiet", "--allow-damaged", "--progress", "none", "--files-from", "-", "--null",
        "--cpus", "\(cpus)",
      ]
      + arguments + filterArguments
    // Everyone's report, or one would have more to do than the others.
    let timed = BenchCall(
      program: Executable.path, arguments: common + ["--report", report], input: list)
    let proof = BenchCall(
      program: Executable.path, arguments: common + ["--checksum", "--report", report], input: list)
    var mode = BenchMode(
      figures: figures, timed: timed, proof: proof,
      readProof: { _ in
        try BenchReportReader.read(report).files.map { file in
          .init(frames: file.frames.decoded, checksum: file.checksum)
        }
      })
    mode.measuresBound = figures.name == "pool-1"
    return mode
  }

  private func series(_ threads: Int) -> BenchMode {
    let arguments =
      ["series", "--files-from", "-", "--null", "--threads", "\(threads)"] + filterArguments
    return BenchMode(
      figures: .init(
        name: "series-\(threads)",
        label: "one process, \(Quantity.text(threads, "codec thread"))", group: .vidproc,
        workers: 1, threads: threads),
      timed: BenchCall(program: Executable.path, arguments: arguments, input: list),
      proof: BenchCall(
        program: Executable.path, arguments: arguments + ["--checksum"], input: list),
      readProof: { run in
        try JSONDecoder().decode([SeriesTask.Outcome].self, from: Data(run.output)).map {
          .init(frames: $0.frames, checksum: $0.checksum)
        }
      })
  }

  // MARK: - Others

  /// The ways of another program.
  ///
  /// - Returns: The ways, or why there are none.
  func ways(
    of peer: Peer, _ chain: BenchPeers.Translation
  ) async -> Result<[BenchMode], BenchCall.Failure> {
    switch peer {
    case .ffmpeg:
      guard let filters = chain.ffmpeg else { return .failure(lacking("ffmpeg")) }
      return .success(ffmpeg(filters, isExact: chain.isExact))
    case .opencv:
      guard let filters = chain.openCV else { return .failure(lacking("OpenCV")) }
      return await pool(
        "opencv", "OpenCV", module: "cv2", PackageResources.opencv_pool_py,
        filters: filters)
    case .pyav:
      guard let filters = chain.ffmpeg else { return .failure(lacking("PyAV")) }
      return await pool(
        "pyav", "PyAV", module: "av", PackageResources.pyav_pool_py,
        filters: filters.map { "[\(quoted($0.name)),\(quoted($0.options))]" })
    }
  }

  private func lacking(_ name: String) -> BenchCall.Failure {
    .init(
      description:
        "\(name) is left out: it has not all filters of \(filters.joined(separator: ","))")
  }

  /// A text as JSON; a file's name may hold anything.
  private func quoted(_ text: String) -> String {
    (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
  }

  private func ffmpeg(
    _ filters: [(name: String, options: String)], isExact: Bool
  ) -> [BenchMode] {
    let chain = filters.map { $0.options.isEmpty ? $0.name : "\($0.name)=\($0.options)" }
      .joined(separator: ",")
    let video = chain.isEmpty ? [] : ["-vf", chain]
    let head = ["ffmpeg", "-nostdin", "-v", "error"]
    let single = ["-threads", "1", "-filter_threads", "1"]
    func call(_ workers: Int, _ options: [String], _ sink: [String]) -> BenchCall {
      BenchCall(
        program: "xargs",
        arguments: ["-0", "-P", "\(workers)", "-I{}"] + head + options
          + ["-i", "{}", "-map", "0:v:0"] + video + sink,
        input: list)
    }
    return [(1, [], "ffmpeg, one after the other"), (cpus, single, "ffmpeg, \(cpus) at once")]
      .prefix(cpus > 1 ? 2 : 1).map { workers, options, label in
        BenchMode(
          figures: .init(
            name: workers == 1 ? "ffmpeg" : "ffmpeg-\(workers)", label: label, group: .peer,
            workers: workers, threads: options.isEmpty ? 0 : 1),
          timed: call(workers, options, ["-f", "null", "-"]),
          // One after the other, or the lines of several would be in no order.
          proof: call(
            1, options,
            isExact
              ? ["-fps_mode", "passthrough", "-c:v", "rawvideo", "-f", "md5", "-"]
              : ["-stats", "-f", "null", "-"]),
          readProof: { run in
            isExact ? Self.sums(run.output) : Self.counts(run.errors)
          })
      }
  }

  /// `MD5=…`, a line for each video.
  private static func sums(_ output: [UInt8]) -> [BenchProof.Entry] {
    String(decoding: output, as: UTF8.self).split(separator: "\n")
      .filter { $0.hasPrefix("MD5=") }
      .map { .init(frames: nil, checksum: "md5:" + $0.dropFirst(4)) }
  }

  /// The last `frame= 125` of each video: a line of its own, overwritten by carriage returns.
  private static func counts(_ errors: String) -> [BenchProof.Entry] {
    errors.split(separator: "\n").compactMap { line in
      guard let last = line.split(separator: "\r").last, last.hasPrefix("frame=") else {
        return nil
      }
      let number = last.dropFirst(6).drop { $0 == " " }.prefix { $0.isNumber }
      return .init(frames: Int(number), checksum: nil)
    }
  }

  private func pool(
    _ name: String, _ title: String, module: String, _ script: [UInt8], filters: [String]
  ) async -> Result<[BenchMode], BenchCall.Failure> {
    let names = inputs.map(\.path.string)
    do {
      _ = try await BenchCall(program: python, arguments: ["-c", "import \(module)"]).run()
    } catch {
      return .failure(
        .init(
          description: "\(title) is left out: '\(python)' cannot import \(module); see --python"))
    }
    let path = directory.appending("\(name)_pool.py")
    let encoded = names.map(quoted)
    guard DescriptorIO.create(path, script),
      zip(inputs, names).allSatisfy({ $0.path == FilePath($1) })
    else {
      return .failure(.init(description: "\(title) is left out: its script cannot be written"))
    }
    let job =
      "{\"workers\":\(cpus),\"filters\":[\(filters.joined(separator: ","))],"
      + "\"files\":[\(encoded.joined(separator: ","))]}"
    let call = BenchCall(program: python, arguments: [path.string], input: Array(job.utf8))
    return .success([
      BenchMode(
        figures: .init(
          name: "\(name)-\(cpus)", label: "\(title), Pool of \(cpus)", group: .peer, workers: cpus,
          threads: name == "pyav" ? 1 : 0),
        timed: call, proof: call,
        readProof: { run in
          let counts = try JSONDecoder().decode([String: Int].self, from: Data(run.output))
          return names.map { .init(frames: counts[$0], checksum: nil) }
        })
    ])
  }
}
