import FoundationEssentials
import FramePool
import SystemPackage

/// A plan of outputs, as a table and as JSON.
enum PlanText {
  /// A table with a line for each input, what is lost or in the way under it, and the sums.
  static func table(_ planned: [PlannedOutput]) -> String {
    let titles = ["action", "container", "codec", "format", "size", "output"]
    let rows = planned.map { entry in
      [
        action(entry), entry.plan?.container ?? "-", entry.plan?.encoder ?? "-",
        entry.plan?.pixelFormat ?? "-",
        entry.plan.map { "\($0.width)x\($0.height)" } ?? "-",
        Format.printable(name(entry)),
      ]
    }
    var text = TextTable(columns: titles.map { .init(title: $0) }).text(rows) { notes(planned[$0]) }
    let bytes = planned.filter { $0.obstacle == nil }.compactMap { $0.plan?.expectedBytes }
      .saturatingSum()
    func count(_ word: String) -> Int { planned.count { action($0) == word } }
    text += "\n\(count("write")) to do, \(count("skip")) done, "
    text += "\(count("fail")) that cannot be done"
    text += bytes > 0 ? "; about \(Format.megabytes(Int(clamping: bytes))) to write\n" : "\n"
    return text
  }

  private static func name(_ entry: PlannedOutput) -> String {
    entry.outputs.isEmpty
      ? entry.input.string : entry.outputs.map(\.string).joined(separator: ", ")
  }

  private static func action(_ entry: PlannedOutput) -> String {
    switch entry.obstacle {
    case nil: "write"
    case .done, .duplicate: "skip"
    case .failed: "fail"
    }
  }

  private static func reason(_ entry: PlannedOutput) -> String? {
    switch entry.obstacle {
    case nil: nil
    case .done(let message), .failed(_, let message): message
    case .duplicate(let first): "\(entry.input) is in the list already, as \(first)"
    }
  }

  private static func notes(_ entry: PlannedOutput) -> [String] {
    var lines: [String] = []
    if let reason = reason(entry) { return [reason] }
    if entry.outputs.first?.lastComponent?.stem != entry.input.lastComponent?.stem {
      lines.append("from \(entry.input)")
    }
    let others = entry.plan?.streams.filter { $0.kind != "video" || $0.action != .encode } ?? []
    let words = others.map { stream in
      let what = "\(stream.kind) \(stream.index) (\(stream.codec))"
      return switch stream.action {
      case .copy: "copy \(what)"
      case .encode: "encode \(what) with \(stream.encoder ?? "?")"
      case .drop: "leave out \(what)"
      }
    }
    if !words.isEmpty { lines.append(words.joined(separator: ", ")) }
    return lines + (entry.plan?.losses ?? []).map { "lost: \($0)" }
  }

  private struct Entry: Encodable {
    var input: InputPath
    var outputs: [InputPath]
    var action: String
    var reason: String?
    var plan: OutputPlan?
  }

  private struct Document: Encodable {
    var schema = "vidproc.plan/1"
    var files: [Entry]
  }

  /// The plan as one JSON object: `vidproc.plan/1`.
  static func json(_ planned: [PlannedOutput]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let files = planned.map { entry in
      Entry(
        input: InputPath(entry.input), outputs: entry.outputs.map { InputPath($0) },
        action: action(entry), reason: reason(entry), plan: entry.plan)
    }
    return String(decoding: try encoder.encode(Document(files: files)), as: UTF8.self) + "\n"
  }
}
