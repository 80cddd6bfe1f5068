import FramePool
import SystemPackage

/// A comparison as a table.
enum BenchTable {
  static func text(_ report: BenchReport) -> String {
    let titles = [
      "way", "median", "low", "high", "CPU", "memory", "speed-up", "efficiency", "of bound",
      "same work",
    ]
    let table = TextTable(
      columns: titles.enumerated().map { .init(title: $1, isLeft: $0 == 0 || $0 == 9) })
    let rows = report.modes.map { mode in
      [
        mode.label, seconds(mode.wall?.median), seconds(mode.wall?.low), seconds(mode.wall?.high),
        seconds(mode.cpuSeconds), Format.megabytes(mode.peakMemoryBytes ?? 0),
        number(mode.speedUp), number(mode.efficiency), number(mode.ofBound), same(mode),
      ]
    }
    var text =
      "\(Quantity.text(report.inputs.count, "file")), "
      + (report.filter.isEmpty ? "no filter" : "filter \(report.filter)")
      + ", \(Quantity.text(report.rounds, "round")) in rotation, "
      + "\(Quantity.text(report.machine.cpus, "CPU")) (\(report.machine.cpuSource))"
      + (report.coldCache ? ", files dropped from memory before each run" : "") + "\n\n"
    text += table.text(rows) { _ in [] }
    if let bound = report.bound {
      let rule =
        switch bound.rule {
        case .work:
          "\(Format.fixed(bound.workSeconds, 3)) s of CPU time on "
            + Quantity.text(bound.cpus, "CPU")
        case .longest:
          "\(bound.longestInput?.path.lastComponent?.string ?? "the longest video") alone"
        }
      text += "\nNo order of these videos can beat \(Format.fixed(bound.seconds, 3)) s: \(rule).\n"
    }
    for note in report.notes { text += "Note: \(Format.printable(note))\n" }
    return text
  }

  private static func seconds(_ value: Double?) -> String {
    value.map { Format.fixed($0, 3) + " s" } ?? "-"
  }

  private static func number(_ value: Double?) -> String {
    value.map { Format.fixed($0, 2) } ?? "-"
  }

  private static func same(_ mode: BenchReport.Mode) -> String {
    let word =
      switch mode.same {
      case true?: "yes"
      case false?: "NO"
      case nil: "cannot be shown"
      }
    return mode.proof.map { "\(word): \($0)" } ?? word
  }
}
