import Glibc
import SystemPackage

/// Folders with videos for the tests.
enum Folders {
  /// The package's own folder, found from this file's.
  static let package = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent().removingLastComponent()

  /// The small clips that come with the project.
  static let samples = package.appending("samples")

  /// One of them.
  static func sample(_ name: String) -> String { samples.appending(name).string }

  /// Real videos beside the project; not everybody has them.
  static let footage = package.removingLastComponent().appending("shared").appending("footage")

  /// Whether they are there.
  static var hasFootage: Bool { isThere(footage.appending("clips").appending("MANIFEST.tsv")) }

  /// What is told when they are not.
  static let footageIsMissing = "no footage folder beside the project; the real clips are skipped"

  private static func isThere(_ path: FilePath) -> Bool {
    path.withPlatformString { access($0, R_OK) } == 0
  }
}
