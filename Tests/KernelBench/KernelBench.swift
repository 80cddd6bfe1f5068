import FramePool

/// What each kernel costs: nanoseconds per pixel and gigabytes per second, at each level of vector
/// instructions, against its plain form and against memcpy of the same planes, in the same run.
///
/// usage: kernel-bench [WIDTH HEIGHT]
@main
enum KernelBench {
  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let (width, height) = numbers.count == 2 ? (numbers[0], numbers[1]) : (1280, 720)
    print("one plane of \(width)x\(height); ns/px, best of several rounds; GB/s read and written")
    print(
      row(
        "kernel", "bits", "memcpy", "plain",
        KernelSet.all.map(\.name) + ["GB/s", "to plain", "to memcpy"]))
    measure(UInt8.self, maximum: 255, bits: 8, width, height)
    measure(UInt16.self, maximum: 1023, bits: 10, width, height)
  }

  private static func measure<Sample: KernelSample>(
    _: Sample.Type, maximum: Sample, bits: Int, _ width: Int, _ height: Int
  ) {
    let bench = PlaneBench<Sample>(width: width, height: height, maximum: maximum)
    for test in bench.cases() {
      let copy = bench.nanoseconds { bench.copy() }
      let plain = bench.nanoseconds(rounds: 3) { test.plain() }
      let levels = KernelSet.all.map { set in bench.nanoseconds { test.run(set) } }
      let best = levels.last ?? .infinity
      let bytes = Double((test.planesRead + test.planesWritten) * MemoryLayout<Sample>.size)
      print(
        row(
          test.name, "\(bits)", number(copy), number(plain),
          levels.map(number) + [number(bytes / best), number(plain / best), number(best / copy)]))
    }
  }

  private static func row(
    _ name: String, _ bits: String, _ copy: String, _ plain: String, _ rest: [String]
  ) -> String {
    let cells = [bits, copy, plain] + rest
    return padded(name, 14, left: true) + cells.map { padded($0, 11, left: false) }.joined()
  }

  private static func padded(_ text: String, _ width: Int, left: Bool) -> String {
    let gap = String(repeating: " ", count: max(0, width - text.count))
    return left ? text + gap : gap + text
  }

  private static func number(_ value: Double) -> String {
    let scaled = Int((value * 1000).rounded())
    let decimals = "\(scaled % 1000)"
    return "\(scaled / 1000)." + String(repeating: "0", count: 3 - decimals.count) + decimals
  }
}
