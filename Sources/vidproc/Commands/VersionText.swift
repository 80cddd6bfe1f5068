import FramePool

/// What `--version` prints.
enum VersionText {
  /// The program's own version and, loaded for this, the FFmpeg libraries'.
  static var full: String {
    var lines = ["vidproc \(vidprocVersion)"]
    do {
      try FFmpegLibraries.load()
      lines.append("FFmpeg \(FFmpegLibraries.release())")
      let versions = FFmpegLibraries.versions()
      for name in versions.keys.sorted() {
        lines.append("  \(name) \(versions[name] ?? "")")
      }
    } catch {
      lines.append("\(error)")
    }
    return lines.joined(separator: "\n")
  }
}
