import Glibc
import SystemPackage

/// The directories that outputs go to.
enum OutputDirectories {
  /// Makes them where they are missing, and sees that they can be written to.
  ///
  /// - Parameter outputs: The final paths.
  /// - Returns: Why outputs in a directory cannot be written, by the directory.
  static func prepare(_ outputs: [FilePath]) -> [FilePath: FramePoolError] {
    var failures: [FilePath: FramePoolError] = [:]
    for place in Set(outputs.map(\.directory)) {
      if let reason = Directory.make(place) {
        failures[place] = FramePoolError(
          .ofWriting(reason),
          "directory '\(place)' cannot be written to: \(Shortage.text(reason))")
      } else {
        PartDirectories.sweep(place)
      }
    }
    return failures
  }

  /// Bytes that are free for this user on a directory's file system; nil when it does not say.
  static func freeBytes(_ place: FilePath) -> Int64? {
    var status = statvfs()
    guard place.withPlatformString({ statvfs($0, &status) }) == 0 else { return nil }
    return Int64(
      clamping: UInt64(status.f_bavail).saturatingMultiply(UInt64(status.f_frsize)))
  }
}
