import CFFmpeg

/// Which demuxers and protocols a stranger's file may bring into play.
enum DemuxerPolicy {
  /// Demuxers whose files name other files or hosts, which the demuxer then opens.
  private static let openers: Set<String> = [
    "hls", "applehttp", "dash", "concat", "image2", "imf", "sdp", "rtsp", "rtp", "sap",
    "webm_dash_manifest", "vapoursynth", "avisynth", "lavfi",
  ]

  /// Demuxers that avi opens on subtitles inside the file; harmless, they read what is given.
  private static let subtitleDemuxers = ["srt", "ass"]

  /// Whether a demuxer opens other files by name.
  ///
  /// - Parameters:
  ///   - name: The demuxer's names, comma-separated, as in `AVInputFormat.name`.
  ///   - flags: `AVInputFormat.flags`; one that does without a file opens what it likes.
  /// - Returns: Whether it does.
  static func opensOtherFiles(_ name: String, flags: CInt) -> Bool {
    flags & AVFMT_NOFILE != 0 || name.split(separator: ",").contains { openers.contains("\($0)") }
  }

  /// FFmpeg's `protocol_whitelist`.
  static func protocols(_ allowPlaylists: Bool) -> String {
    allowPlaylists ? "file,crypto,data" : "file"
  }

  /// FFmpeg's `format_whitelist`: the demuxer itself, and what it may open inside the same file.
  static func nestedDemuxers(of name: String) -> String {
    ([name] + subtitleDemuxers).joined(separator: ",")
  }
}
