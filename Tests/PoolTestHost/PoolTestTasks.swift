import CLinux
import FramePool
import Glibc

/// Plain tasks for the pool's tests: the pool serves any work, not only video.
let poolTestTasks: [any PoolTask.Type] = [
  Sum.self, Sleep.self, Die.self, Leave.self, Fail.self, Flood.self, Blob.self, Steps.self,
  Identity.self, Warmth.self, Grandchild.self, Garbage.self, Where.self, VideoTask.self,
  VideoAgain.self, Pieces.self, Placement.self, Mappings.self,
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
