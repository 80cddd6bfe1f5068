import ArgumentParser
import FoundationEssentials
import FramePool
import Glibc
import SystemPackage

/// What the parser lets pass and a user does not mean: an option that is given twice, of which the
/// first would be forgotten; a file whose name begins with a dash, in whose letters the parser finds
/// options such as that for help; and bytes that are no text where a text is wanted.
struct ArgumentCheck {
  /// A command as the parser describes it (`--experimental-dump-help`).
  private struct Command: Decodable {
    var commandName: String
    var defaultSubcommand: String?
    var subcommands: [Command]?
    var arguments: [Argument]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String

      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    var kind: String
    var isRepeating: Bool
    var names: [Name]?
    var completionKind: Completion?

    var takesValue: Bool { kind == "option" }
    var takesPath: Bool { completionKind?.isPath ?? false }
    var name: String { names?.last(where: { $0.kind == "long" })?.text ?? names?.first?.text ?? "" }
  }

  /// Only whether it is one of files or directories counts.
  private struct Completion: Decodable {
    var isPath: Bool

    private struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue)
      isPath = keys.contains("file") || keys.contains("directory")
    }
  }

  private let options: [String: Argument]

  /// The options that have a letter and take a value: either name is the other's.
  private static let longNames = ["-j": "--jobs", "-f": "--filter", "-o": "--output"]

  /// Checks arguments, before they are parsed.
  ///
  /// - Throws: `ValidationError`.
  static func check(_ arguments: [String], of root: any ParsableCommand.Type) throws {
    // Asking the parser for its options takes longer than parsing: only where there is cause.
    let names = arguments.filter { $0.hasPrefix("-") }.map { argument in
      let name = String(argument.prefix(while: { $0 != "=" }))
      return longNames[name] ?? name
    }
    let hasCause =
      Set(names).count < names.count
      || arguments.contains { isShort($0) && $0.utf8.count > 2 || !RawArguments.isText($0) }
    guard hasCause, arguments.first != "help" else { return }
    struct Document: Decodable { var command: Command }
    guard
      let top = try? JSONDecoder().decode(Document.self, from: Data(root._dumpHelp().utf8)).command
    else { return }
    let named = top.subcommands?.first { $0.commandName == arguments.first }
    let command =
      named ?? top.subcommands?.first { $0.commandName == top.defaultSubcommand } ?? top
    try ArgumentCheck(command).check(arguments.dropFirst(named == nil ? 0 : 1))
  }

  private init(_ command: Command) {
    var options: [String: Argument] = [:]
    for argument in command.arguments ?? [] {
      for name in argument.names ?? [] { options[name.text] = argument }
    }
    self.options = options
  }

  private static func isShort(_ argument: String) -> Bool {
    argument.hasPrefix("-") && !argument.hasPrefix("--") && argument != "-"
  }

  private func check(_ arguments: ArraySlice<String>) throws {
    var seen: Set<String> = []
    var rest = arguments
    while let argument = rest.popFirst(), argument != "--" {
      guard argument.hasPrefix("-"), argument != "-" else { continue }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let isShort = Self.isShort(argument)
      let name = isShort ? String(argument.prefix(2)) : String(parts[0])
      if isShort { try checkLetters(of: argument) }
      guard let option = options[name], option.takesValue else { continue }
      let isJoined = isShort ? argument.utf8.count > 2 : parts.count == 2
      let value = isJoined ? argument : rest.popFirst() ?? ""
      guard option.takesPath || RawArguments.isText(value) else {
        throw ValidationError("\(option.name) takes text in UTF-8, and this is none: \(value)")
      }
      guard seen.insert(option.name).inserted || option.isRepeating else {
        throw ValidationError("\(option.name) is given twice; give it once.")
      }
    }
  }

  /// Sees that each letter behind a single dash is an option.
  private func checkLetters(of argument: String) throws {
    let letters = argument.dropFirst()
    let first = letters.first.flatMap { options["-\($0)"] }
    // -j4, as of make(1).
    if first?.name == "--jobs" || first?.takesValue == true && letters.count == 1 { return }
    guard letters.contains(where: { options["-\($0)"]?.takesValue ?? true }) else { return }
    let isFile = RawArguments.path(argument).withPlatformString { access($0, F_OK) } == 0
    throw ValidationError(
      "Unknown option '\(argument)'"
        + (isFile ? "; for the file of that name, write ./\(argument)" : "."))
  }
}
