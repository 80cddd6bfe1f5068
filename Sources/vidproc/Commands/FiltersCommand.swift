import ArgumentParser
import FoundationEssentials
import FramePool

/// `vidproc filters`: what can stand in a chain.
struct FiltersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filters",
    abstract: "List the filters, or show one with its options and an example.")

  @Argument(help: "A filter's name.")
  var name: String?

  @Flag(help: "Print JSON.")
  var json = false

  mutating func run() throws {
    try FFmpegLibraries.load()
    guard let name else {
      let filters = FilterCatalog.all()
      StandardOutput.writeLine(json ? try encoded(filters) : list(filters))
      return
    }
    guard let filter = FilterCatalog.describe(name) else {
      let nearest = FilterCatalog.suggestions(for: name)
      let question = nearest.isEmpty ? "" : " Did you mean \(nearest.joined(separator: " or "))?"
      throw ValidationError("There is no filter '\(name)'.\(question)")
    }
    StandardOutput.writeLine(json ? try encoded(filter) : description(filter))
  }

  private func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private func list(_ filters: [FilterDescription]) -> String {
    let width = filters.map(\.name.count).max() ?? 0
    func rows(_ filters: [FilterDescription]) -> [String] {
      filters.map { "  " + Format.padded($0.name, width) + "  " + $0.summary }
    }
    return
      (["vidproc's own:"] + rows(filters.filter(\.isOwn)) + ["", "FFmpeg's:"]
      + rows(filters.filter { !$0.isOwn }))
      .joined(separator: "\n")
  }

  private func description(_ filter: FilterDescription) -> String {
    var lines = [
      "\(filter.name) (\(filter.isOwn ? "vidproc's own" : "FFmpeg's"))", "  \(filter.summary)", "",
      "Example:", "  vidproc run clip.mp4 --filter '\(filter.example)'", "",
    ]
    lines += filter.notes.map { "  " + $0 }
    if !filter.notes.isEmpty { lines.append("") }
    if filter.options.isEmpty {
      lines.append("It has no options.")
      return lines.joined(separator: "\n")
    }
    lines.append("Options:")
    let width = min(24, filter.options.map(\.name.count).max() ?? 0)
    for option in filter.options {
      var facts = [option.type]
      if let range = option.range { facts.append(range) }
      if let value = option.defaultValue { facts.append("default \(value)") }
      lines.append(
        "  " + Format.padded(option.name, width) + "  \(option.summary) ("
          + facts.joined(separator: ", ") + ")")
      if !option.choices.isEmpty {
        let gap = String(repeating: " ", count: width + 4)
        lines.append(gap + "one of: " + option.choices.joined(separator: ", "))
      }
    }
    return lines.joined(separator: "\n")
  }
}
