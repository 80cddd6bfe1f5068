import CLinux
import FramePool
import Glibc

/// Plain tasks for the pool's tests: the pool serves any work, not only video.
let poolTestTasks: [any PoolTask.Type] = [
  Sum.self, Sleep.self, Die.self, Leave.self, Fail.self, Flood.self, Blob.self, Steps.self,
  Identity.self, Warmth.self, Grandchild.self, Garbage.self, Where.self, VideoTask.self,
  VideoAgain.self, Pieces.self, Placement.self, Mappings.self, Claims.self, Essay.self, Says.self,
  KillHost.self, Spin.self, Exhaust.self, Twins.self, Torrent.self,
]

/// Adds numbers.
enum Sum: PoolTask {
  static let name = "sum"
  static func run(_ input: [Int], _ context: inout TaskContext<NoProgress>) throws -> Int {
    input.reduce(0, +)
  }
}

/// Sends so many parts of so many bytes each, numbered in front.
enum Pieces: PoolTask {
  static let name = "pieces"
  static func run(_ input: [Int], _ context: inout TaskContext<NoProgress>) throws -> Int {
    let rest = String(repeating: "x", count: input[1])
    for number in 0..<input[0] { context.send(part: "\(number) \(rest)") }
    return input[0]
  }
}

/// Says again and again how many CPUs it may use, and in the end how nice it is.
enum Placement: PoolTask {
  struct Input: Codable, Sendable {
    var threads: Int
    var seconds: Double
  }

  static let name = "placement"
  static func threads(_ input: Input) -> Int { input.threads }

  static func run(
    _ input: Input, _ context: inout TaskContext<NoProgress>
  ) throws -> Sample {
    var counts: [Int] = []
    let clock = ContinuousClock()
    let end = clock.now + .seconds(input.seconds)
    while clock.now < end {
      counts.append(CPUBudget.usable().count)
      usleep(10_000)
    }
    return Sample(
      counts: counts, nice: getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
  }

  struct Sample: Codable, Sendable {
    var counts: [Int]
    var nice: Int32
  }
}

/// Gives the lines of its process's `/proc/self/maps` that hold a word.
enum Mappings: PoolTask {
  static let name = "mappings"
  static func run(_ input: String, _ context: inout TaskContext<NoProgress>) throws -> [String] {
    (TextFile.read("/proc/self/maps") ?? "").split(separator: "\n").map(String.init).filter {
      $0.contains(input)
    }
  }
}

/// Sleeps for so many seconds and gives them back.
enum Sleep: PoolTask {
  static let name = "sleep"
  static func run(_ input: Double, _ context: inout TaskContext<NoProgress>) throws -> Double {
    usleep(UInt32(input * 1_000_000))
    return input
  }
}

/// Ends itself with a signal; with 0 it goes on and gives 0 back.
enum Die: PoolTask {
  static let name = "die"
  static func run(_ input: Int32, _ context: inout TaskContext<NoProgress>) throws -> Int32 {
    if input != 0 {
      kill(getpid(), input)
      while true { pause() }
    }
    return input
  }
}

/// Exits with a code and without a result.
enum Leave: PoolTask {
  static let name = "leave"
  static func run(_ input: Int32, _ context: inout TaskContext<NoProgress>) throws -> Int32 {
    _exit(input)
  }
}

/// Throws.
enum Fail: PoolTask {
  static let name = "fail"
  static func run(_ input: String, _ context: inout TaskContext<NoProgress>) throws -> Int {
    throw FramePoolError(.diskFull, input)
  }
}

/// Writes so many bytes to standard output and as many to standard error.
enum Flood: PoolTask {
  static let name = "flood"
  static func run(_ input: Int, _ context: inout TaskContext<NoProgress>) throws -> Int {
    let line = [UInt8](repeating: 0x78, count: 99) + [0x0A]
    for _ in 0..<input / line.count {
      _ = write(STDOUT_FILENO, line, line.count)
      _ = write(STDERR_FILENO, line, line.count)
    }
    print("the end")
    return input
  }
}

/// Gives a text of so many bytes back.
enum Blob: PoolTask {
  static let name = "blob"
  static func run(_ input: Int, _ context: inout TaskContext<NoProgress>) throws -> String {
    String(repeating: "b", count: input)
  }
}

/// Reports every number up to the input, each with a pause that makes a report worth sending.
enum Steps: PoolTask {
  static let name = "steps"
  static func run(_ input: Int, _ context: inout TaskContext<Int>) throws -> Int {
    for number in 1...input {
      try context.report(number)
      usleep(60_000)
    }
    return input
  }
}

/// Tells its process's numbers: pid, parent's pid, process group.
enum Identity: PoolTask {
  static let name = "identity"
  static func run(_ input: Int, _ context: inout TaskContext<NoProgress>) throws -> [Int32] {
    [getpid(), getppid(), getpgrp()]
  }
}

/// Tells with which arguments the host was warmed up, and asks for another.
enum Warmth: PoolTask {
  static let name = "warmth"
  nonisolated(unsafe) static var arguments: [String] = []

  static func warmUp(_ arguments: [String]) throws {
    if arguments.contains("fail") { throw FramePoolError(.internal, "it is too cold") }
    if arguments.contains("thread") {
      var thread = pthread_t()
      pthread_create(&thread, nil, { _ in while true { pause() } }, nil)
    }
    self.arguments += arguments
  }

  static func run(
    _ input: String, _ context: inout TaskContext<NoProgress>
  ) throws -> [String] {
    if !input.isEmpty { context.requestWarmUp(input) }
    return arguments
  }
}

/// Leaves a child of its own behind and gives its pid back.
enum Grandchild: PoolTask {
  static let name = "grandchild"
  static func run(_ input: Int, _ context: inout TaskContext<NoProgress>) throws -> Int32 {
    let child = clinux_fork()
    if child == 0 {
      while true { pause() }
    }
    return child
  }
}

/// Writes to the host's pipe what it likes, as a worker does that a hostile file has taken over.
enum Garbage: PoolTask {
  static let name = "garbage"
  static func run(_ input: [UInt8], _ context: inout TaskContext<NoProgress>) throws -> Int {
    _ = write(3, input, input.count)
    _exit(0)
  }
}

/// Tells which descriptors are open.
enum Where: PoolTask {
  static let name = "where"
  static func run(_ input: Int, _ context: inout TaskContext<NoProgress>) throws -> [Int32] {
    (0..<256).filter { fcntl($0, F_GETFD) >= 0 }
  }
}

/// Looks at nothing: what is accepted is decided in the parent.
enum Claims: PoolTask {
  static let name = "claims"
  static let maximumResult = 1000

  static func run(_ input: Int, _ context: inout TaskContext<Int>) throws -> Int {
    usleep(120_000)
    try context.report(input)
    usleep(120_000)
    return input
  }

  static func accept(_ output: Int) throws -> Int {
    guard output >= 0 else { throw FramePoolError(.internal, "it is less than nothing") }
    return min(output, 100)
  }

  static func accept(_ progress: Int) -> Int? { progress < 0 ? nil : min(progress, 100) }
}

/// Gives a text of so many bytes back, of which 1000 are the most.
enum Essay: PoolTask {
  static let name = "essay"
  static let maximumResult = 1000
  static func run(_ input: Int, _ context: inout TaskContext<NoProgress>) throws -> String {
    String(repeating: "e", count: input)
  }
}

/// Sends texts as parts and asks for them as warm-ups.
enum Says: PoolTask {
  static let name = "says"
  static func run(_ input: [String], _ context: inout TaskContext<NoProgress>) throws -> Int {
    for text in input {
      context.requestWarmUp(text)
      context.send(part: text)
    }
    return input.count
  }
}

/// Kills the host; an input of 0 or less sleeps so many milliseconds and is innocent.
enum KillHost: PoolTask {
  static let name = "kill-host"
  static func run(_ input: Int, _ context: inout TaskContext<NoProgress>) throws -> Int {
    if input > 0 {
      kill(getppid(), SIGKILL)
      sleep(60)
    }
    usleep(UInt32(-input) * 1000)
    return input
  }
}

/// Uses the CPU for so many seconds of it.
enum Spin: PoolTask {
  static let name = "spin"
  static func run(_ input: Double, _ context: inout TaskContext<NoProgress>) throws -> Double {
    let end = Double(clock()) + input * Double(CLOCKS_PER_SEC)
    while Double(clock()) < end {}
    return input
  }
}

/// Allocates under a limit of address space until there is no more.
enum Exhaust: PoolTask {
  static let name = "exhaust"
  final class Node {
    let next: Node?
    init(_ next: Node?) { self.next = next }
  }

  static func run(_ input: String, _ context: inout TaskContext<NoProgress>) throws -> Int {
    // What the process has, and a little more.
    let pages = (TextFile.read("/proc/self/statm") ?? "").split(separator: " ").first
    let size = rlim_t(pages.flatMap { UInt($0) } ?? 0) * 4096 + 100 << 20
    var limit = rlimit(rlim_cur: size, rlim_max: size)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    switch input {
    case "objects":
      var last: Node?
      while true { last = Node(last) }
    case "arrays":
      var all: [[UInt8]] = []
      while true { all.append([UInt8](repeating: 1, count: 5000)) }
    case "large":
      return [UInt8](repeating: 1, count: 1 << 30).reduce(0) { $0 + Int($1) }
    case "null":
      // As C code does that does not look at what malloc(3) gives.
      while true { memset(malloc(100_000), 1, 100_000) }
    default:
      kill(getpid(), SIGSEGV)
      return 0
    }
  }
}

/// A worker of two threads that says whether it has them.
enum Twins: PoolTask {
  static let name = "twins"
  static func threads(_ input: Int) -> Int { 2 }
  static func run(_ input: Int, _ context: inout TaskContext<NoProgress>) throws -> Int { input }
}

/// Sends parts of 100 kB for ever.
enum Torrent: PoolTask {
  static let name = "torrent"
  static func run(_ input: Int, _ context: inout TaskContext<NoProgress>) throws -> Int {
    let text = String(repeating: "t", count: 100_000)
    while true { context.send(part: text) }
  }
}
