import FoundationEssentials
import FramePool
import Glibc
import SystemPackage

/// What one parent can feed: hosts that answer at once, with the record of a real video.
enum ParentRate {
  /// A host that does no work: it answers each request with the same result.
  ///
  /// Never returns.
  static func host(result: String) -> Never {
    let text = quoted(result)
    send(
      #"{"hello":{"wire":2,"pid":\#(getpid()),"tasks":["video"],"mode":"fork","information":{}}}"#)
    while let line = readLine() {
      guard let start = line.firstRange(of: "\"job\":") else { continue }
      let job = line[start.upperBound...].prefix { $0.isNumber }
      send(#"{"started":{"job":\#(job),"pid":1,"at":0}}"#)
      send(
        #"{"ended":{"job":\#(job),"pid":1,"result":\#(text),"exitCode":0,"usage":{"wallSeconds":0.001,"#
          + #""userSeconds":0.001,"systemSeconds":0,"peakMemoryBytes":1,"readBytes":0},"output":""}}"#
      )
    }
    exit(0)
  }

  /// Feeds such hosts with so many videos and prints how many messages went to and fro in a second.
  static func run(_ file: String, count: Int, hosts: Int) -> Never {
    // Awaited by the end of the process.
    Task {
      do {
        try await measure(file, count, hosts)
        exit(0)
      } catch {
        print("pool-test-host: \(error)")
        exit(1)
      }
    }
    while true { pause() }
  }

  private static func measure(_ file: String, _ count: Int, _ hosts: Int) async throws {
    let job = VideoJob(input: InputPath(FilePath(file)))
    let record = try await ProcessPool.run(hosts: [.local(slots: 1)]) { pool in
      try await pool.submit(VideoTask.self, job).get()
    }
    let result = String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
    let fakes = (0..<hosts).map { number in
      PoolHost(
        name: "fake \(number)", command: [Executable.path, "answer-at-once", result], slots: 64)
    }
    let before = cpu()
    let clock = ContinuousClock()
    let wall = try await clock.measure {
      try await ProcessPool.run(hosts: fakes) { pool in
        for await result in pool.map(
          VideoTask.self, over: (0..<count).lazy.map { _ in job })
        {
          _ = try result.get()
        }
      }
    }
    let seconds = wall / .seconds(1)
    let used = cpu() - before
    print(
      "\(hosts) hosts, \(count) videos: \(Int(Double(count) / seconds)) videos/s, "
        + "\(Int(Double(count * 3) / seconds)) messages/s, "
        + "\(Int(used / Double(count) * 1e6)) microseconds of the parent's CPU time a video")
  }

  private static func cpu() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  private static func send(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDOUT_FILENO, bytes, bytes.count)
  }

  private static func quoted(_ text: String) -> String {
    let data = try? JSONEncoder().encode(text)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
