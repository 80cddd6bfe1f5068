import FramePool
import SystemPackage

/// Command-line arguments as text for the parser, from which the bytes that were really given can be
/// had again.
///
/// A path may be of any bytes, and Swift repairs what is no UTF-8, so that two names become one. Here
/// such a byte stands as a character of its own: U+10FE00 and its value, of a private plane that no
/// name should use; the bytes of one that does are written in the same way. As Python's
/// `surrogateescape` (PEP 383), which uses characters that Swift's strings cannot hold.
enum RawArguments {
  private static let escapes: ClosedRange<UInt32> = 0x10_FE00...0x10_FEFF

  /// All arguments without the program's own name.
  static let all: [String] = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
    CommandLine.unsafeArgv[index].map { text(FilePath(platformString: $0)) }
  }

  /// The path that an argument names.
  static func path(_ argument: String) -> FilePath {
    FilePath(
      bytes: argument.unicodeScalars.flatMap { scalar -> [UInt8] in
        escapes.contains(scalar.value)
          ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8)
      })
  }

  /// Whether an argument is what was given, and so text for other purposes than a path.
  static func isText(_ argument: String) -> Bool {
    !argument.unicodeScalars.contains { escapes.contains($0.value) }
  }

  /// A text that may hold arguments, for people.
  static func displayed(_ text: String) -> String {
    isText(text)
      ? text
      : String(
        String.UnicodeScalarView(
          text.unicodeScalars.map { escapes.contains($0.value) ? "\u{FFFD}" : $0 }))
  }

  /// A path as text from which it can be had again.
  static func text(_ path: FilePath) -> String {
    let bytes = path.bytes.dropLast().map { UInt8(bitPattern: $0) }
    if let valid = String(validating: bytes, as: UTF8.self), isText(valid) { return valid }
    var scalars = String.UnicodeScalarView()
    var rest = bytes[...]
    while !rest.isEmpty {
      var source = rest.makeIterator()
      var parser = Unicode.UTF8.ForwardParser()
      if case .valid(let encoded) = parser.parseScalar(from: &source),
        case let scalar = Unicode.UTF8.decode(encoded), !escapes.contains(scalar.value)
      {
        scalars.append(scalar)
        rest = rest.dropFirst(encoded.count)
      } else if let scalar = Unicode.Scalar(escapes.lowerBound + UInt32(rest.removeFirst())) {
        scalars.append(scalar)
      }
    }
    return String(scalars)
  }
}
