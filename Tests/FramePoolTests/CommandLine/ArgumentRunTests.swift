import Glibc
import SystemPackage
import Testing

@testable import FramePool

/// Whatever stands on the command line: it works, or it is refused in a sentence.
@Suite struct ArgumentRunTests {
  private let directory = TemporaryDirectory()
  private let small = Folders.sample("gif_200x150.gif")

  private static let numbers = [
    "0", "-1", "2147483648", "9223372036854775807", "18446744073709551616", "nan", "inf", "-inf",
    "1e30", "",
  ]
  private static let flags = [
    "--timeout", "--max-pixels", "--jobs", "--threads-per-job", "--cpus", "--affinity", "--nice",
    "--stream", "--start", "--duration", "--frames", "--every", "--fps",
  ]
  private static let encodingFlags = ["--crf", "--bitrate"]

  private func check(_ run: Run, _ arguments: [String]) {
    #expect([0, 1, 64].contains(run.status), "\(arguments): \(run.status), \(run.errors)")
    if run.status != 0 {
      #expect(run.errors.contains("vidproc: error: "), "\(arguments): \(run.errors)")
    }
    for word in ["Fatal error", "CodingKeys", "debugDescription", "EncodingError", "Swift."] {
      #expect(!run.errors.contains(word), "\(arguments): \(run.errors)")
    }
  }

  @Test(arguments: flags)
  func numericFlagsTakeAnyNumber(flag: String) async throws {
    for number in Self.numbers {
      // Behind an equals sign, so that a minus makes no option of it.
      let arguments = ["-q", "\(flag)=\(number)", small]
      // More CPUs or threads than this machine is asked for are started.
      check(try await Run.vidproc(arguments), arguments)
    }
  }

  @Test(arguments: encodingFlags)
  func encodersTakeAnyNumber(flag: String) async throws {
    for number in Self.numbers {
      let arguments = [
        "-q", "\(flag)=\(number)", "--frames", "2", "--codec", "h264", "--container", "mp4",
        "--existing", "replace", "--output", directory.path.string, small,
      ]
      check(try await Run.vidproc(arguments), arguments)
    }
  }

  @Test func aNameThatBeginsWithADashIsNoRequestForHelp() async throws {
    let file = directory.write("", to: "-wedding-highlights.mkv")
    let run = try await Run.vidproc(["-wedding-highlights.mkv"], directory: directory.path)
    #expect(run.status == 64)
    #expect(run.errors.contains("write ./-wedding-highlights.mkv"), "\(run.errors)")
    #expect(run.output.isEmpty)
    _ = file
    #expect(try await Run.vidproc("-q", "-x", small).status == 64)
    #expect(try await Run.vidproc("-qj2", small).status == 64)
    #expect(try await Run.vidproc("-q", "-j2", "-f", "invert", "--", small).status == 0)
  }

  @Test(arguments: [
    ["--jobs", "1", "-j", "2"], ["--records", "a.csv", "--records", "b.csv"],
    ["--timeout=5", "--timeout", "6"], ["--codec", "h264", "--codec", "ffv1"],
  ])
  func anOptionThatIsGivenTwiceIsRefused(arguments: [String]) async throws {
    let run = try await Run.vidproc(
      ["-q", "-o", directory.path.string, small] + arguments, directory: directory.path)
    #expect(run.status == 64)
    #expect(run.errors.contains("is given twice"), "\(run.errors)")
    #expect(directory.names() == [])
  }

  @Test func whatMayRepeatRepeats() async throws {
    let run = try await Run.vidproc(
      ["-q", "-f", "invert", "-f", "invert", "--report", "a.json", "--report", "b.csv", small],
      directory: directory.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(directory.names() == ["a.json", "b.csv"])
  }

  @Test func argumentsOfAnyBytesAreToldApart() async throws {
    // Two names in Latin-1 that are equal once they are repaired.
    let script = """
      cp "$1" $'caf\\xe9.mkv'; cp "$2" $'caf\\xe8.mkv'; cp "$1" $'\\xf4\\x8f\\xb8\\xa9.mkv'
      "$0" caf*.mkv $'\\xf4\\x8f\\xb8\\xa9.mkv' -q --output o --codec ffv1 --frames 1
      echo $?; ls o | wc -l
      """
    let result = try await Run.program(
      "bash",
      [
        "-c", "cd '\(directory.path)' && " + script, Products.vidproc,
        Folders.sample("av1_320x180.mkv"), Folders.sample("ffv1_alpha_160x120.mkv"),
      ])
    #expect(result.split(separator: "\n").map { $0.filter { $0 != " " } } == ["0", "3"])
  }

  @Test func textOptionsWantText() async throws {
    let result = try await Run.program(
      "bash",
      [
        "-c", "\"$0\" \"$1\" -q -o /nowhere --name $'x\\xff' 2>&1; echo $?", Products.vidproc,
        small,
      ])
    #expect(result.contains("--name takes text in UTF-8"), "\(result)")
    #expect(result.hasSuffix("64\n"))
  }

  @Test(arguments: [
    (["--null"], "--null requires --files-from"), (["--json"], "--json requires --dry-run"),
    (["--jobs", "0"], "1 to 4096, or auto"),
    (["--affinity", "8000"], "may not be used; allowed: "),
    (["--output", ""], "--output needs the name"), (["--follow"], "--follow requires --recursive"),
    (["--y4m", "-", "--progress", "json"], "both write to standard output"),
  ])
  func errorsSayWhatToDo(arguments: [String], words: String) async throws {
    let run = try await Run.vidproc(arguments + [small])
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix("vidproc: error: "), "\(run.errors)")
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  @Test func listsFromOtherSystemsAreRead() async throws {
    let mark = "\u{FEFF}"
    let list = directory.write("\(mark)\(small)\r\n\r\n\(small)\r\n", to: "list.txt")
    let run = try await Run.vidproc("--files-from", list.string)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("2 files: 1 ok, 1 skipped"))
    let zeros = directory.write("a\0b\n", to: "zeros.txt")
    let refused = try await Run.vidproc("--files-from", zeros.string)
    #expect(refused.status == 64 && refused.errors.contains("--null"), "\(refused.errors)")
  }
}
