import SystemPackage

extension FilePath {
  /// The directory that it lies in: `.` for a bare name.
  var directory: FilePath {
    let directory = removingLastComponent()
    return directory.isEmpty ? FilePath(".") : directory
  }
}
