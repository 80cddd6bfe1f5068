import Glibc

/// This program's own file.
public enum Executable {
  /// Its path, from `/proc/self/exe`.
  public static let path: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else { return "/proc/self/exe" }
    let path = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // A file that was replaced while it runs has this mark; the link still leads to it.
    return path.hasSuffix(" (deleted)") ? "/proc/self/exe" : path
  }()
}
