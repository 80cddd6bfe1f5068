import Testing

@testable import FramePool

@Suite struct WireTests {
  @Test func requestsSurviveTheWire() throws {
    let request = Wire.Request(
      start: .init(job: 7, task: "sum", input: "[1,\"\\n\"]", timeout: 1.5, slots: 2))
    let line = Wire.line(request)
    #expect(line.last == 0x0A)
    #expect(line.dropLast().allSatisfy { $0 != 0x0A }, "one line")
    #expect(try Wire.decode(Wire.Request.self, from: line) == request)
  }

  @Test func reportsSurviveTheWire() throws {
    let report = Wire.Report(
      ended: .init(
        job: 1, pid: 2, error: .init(code: .corrupt, message: "bad\nfile"), exitCode: 0,
        usage: .none, output: "\u{7}"))
    #expect(try Wire.decode(Wire.Report.self, from: Wire.line(report)) == report)
  }

  @Test func theFormatIsWhatTheDocumentationSays() throws {
    let line = Wire.line(Wire.Request(cancel: .init(job: 3)))
    #expect(String(decoding: line, as: UTF8.self) == "{\"cancel\":{\"job\":3}}\n")
  }
}

@Suite struct LineBufferTests {
  @Test func linesComeWholeHoweverTheBytesCome() {
    let text = Array("one\n\ntwo\nthree\nfour".utf8)
    for size in 1...text.count {
      var buffer = LineBuffer(limit: 100)
      var lines: [String] = []
      for start in stride(from: 0, to: text.count, by: size) {
        for line in buffer.append(text[start..<min(start + size, text.count)]) {
          lines.append(String(decoding: line, as: UTF8.self))
        }
      }
      #expect(lines == ["one", "", "two", "three"])
    }
  }

  @Test func anOverlongLineEndsIt() {
    var buffer = LineBuffer(limit: 4)
    #expect(buffer.append(Array("1234\n".utf8)).count == 1)
    #expect(!buffer.isOverflown)
    #expect(buffer.append(Array("12345".utf8)).isEmpty)
    #expect(buffer.isOverflown)
    #expect(buffer.append(Array("\n1\n".utf8)).isEmpty)
  }

  @Test func anOverlongLineThatComesAtOnceEndsItToo() {
    var buffer = LineBuffer(limit: 4)
    #expect(buffer.append(Array("1\n12345\n2\n".utf8)).count == 1)
    #expect(buffer.isOverflown)
  }
}

@Suite struct OutputTailTests {
  @Test func shortOutputIsWhole() {
    var tail = OutputTail()
    tail.append(Array("one\ntwo".utf8))
    #expect(tail.text == "one\ntwo")
  }

  @Test func longOutputIsItsEndFromTheStartOfALine() {
    var tail = OutputTail()
    for number in 0..<10_000 { tail.append(Array("line \(number)\n".utf8)) }
    #expect(tail.text.utf8.count <= OutputTail.limit)
    #expect(tail.text.hasPrefix("line "))
    #expect(tail.text.hasSuffix("line 9999\n"))
  }
}

@Suite struct HostOptionsTests {
  @Test func whatAHostKnows() throws {
    let options = try #require(HostOptions(["--warm-up=a", "--exec-workers", "--warm-up=b=c"]))
    #expect(options.warmUp == ["a", "b=c"])
    #expect(options.execWorkers)
    #expect(HostOptions([])?.warmUp == [])
  }

  @Test func whatIsWrittenIsRead() {
    var options = HostOptions()
    options.cpus = 3
    options.nice = -5
    options.affinity = [0, 2]
    options.execWorkers = true
    options.warmUp = ["a=b"]
    #expect(HostOptions(options.arguments) == options)
  }

  @Test(arguments: [
    "clip.mp4", "--warm-up", "--help", "--cpus=0", "--cpus", "--nice=x", "--affinity=",
    "--exec-workers=1",
  ])
  func whatItDoesNotKnow(argument: String) {
    #expect(HostOptions([argument]) == nil)
  }
}
