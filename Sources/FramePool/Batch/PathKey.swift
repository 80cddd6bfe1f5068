import Glibc
import SystemPackage

/// A path as a key: its bytes, which are compared and hashed at once.
///
/// `FilePath` does both by its parts, which is slow for the paths of a large tree.
struct PathKey: Hashable {
  private var bytes: ContiguousArray<CChar>

  /// The key of a path.
  init(_ path: FilePath) {
    bytes = ContiguousArray(path.bytes.dropLast())
  }

  /// The key of what has a name in the directory of this one.
  ///
  /// - Parameter name: Ends with a zero.
  /// - Returns: The key with the name after its last separator.
  func appending(_ name: [CChar]) -> PathKey {
    var key = self
    key.bytes.reserveCapacity(bytes.count + name.count)
    if key.bytes.last != 0x2F { key.bytes.append(0x2F) }
    key.bytes += name.dropLast()
    return key
  }

  static func == (left: PathKey, right: PathKey) -> Bool {
    guard left.bytes.count == right.bytes.count else { return false }
    return left.bytes.withUnsafeBytes { one in
      right.bytes.withUnsafeBytes { other in
        guard let start = one.baseAddress, let otherStart = other.baseAddress else { return true }
        return memcmp(start, otherStart, one.count) == 0
      }
    }
  }

  func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
