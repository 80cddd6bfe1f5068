import SystemPackage

/// Command-line arguments with the bytes that were really given.
enum RawArguments {
  /// The path that an argument names.
  ///
  /// Swift repairs arguments that are not UTF-8, and a repaired path leads nowhere: then the
  /// original is looked up.
  static func path(_ argument: String) -> FilePath {
    guard argument.unicodeScalars.contains("\u{FFFD}") else { return FilePath(argument) }
    for index in 0..<Int(CommandLine.argc) {
      if let raw = CommandLine.unsafeArgv[index], String(cString: raw) == argument {
        return FilePath(platformString: raw)
      }
    }
    return FilePath(argument)
  }
}
