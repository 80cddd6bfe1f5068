import CLinux
import Glibc

/// Small files of the kernel's, such as those in `/proc`.
package enum TextFile {
  /// The file's text, or nil when it cannot be read.
  package static func read(_ path: String) -> String? {
    let descriptor = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while case .bytes(let more) = DescriptorIO.read(descriptor) { bytes += more }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The number behind a word at the beginning of a line, as in `/proc/meminfo`; nil where there is
  /// none.
  package static func number(behind word: String, in text: String?) -> Int? {
    for line in text?.split(separator: "\n") ?? [] where line.hasPrefix(word) {
      let fields = line.split(separator: " ")
      if fields[0] == word, fields.count > 1 { return Int(fields[1]) }
    }
    return nil
  }
}
