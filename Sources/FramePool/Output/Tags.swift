import CFFmpeg

/// Which of an input's tags are true of an output.
enum Tags {
  /// Tags that containers and muxers write about themselves.
  private static let ofContainer: Set<String> = [
    "encoder", "major_brand", "minor_version", "compatible_brands", "duration",
  ]

  /// The file's tags.
  static func ofFile(_ dictionary: OpaquePointer?) -> [String: String] {
    StreamInfo.tags(dictionary).filter { !ofContainer.contains($0.key.lowercased()) }
  }

  /// A stream's tags.
  ///
  /// - Parameters:
  ///   - dictionary: The input's.
  ///   - isEncoded: Whether the stream is encoded anew, and what is said of its coding is untrue.
  /// - Returns: Those that hold.
  static func ofStream(_ dictionary: OpaquePointer?, isEncoded: Bool) -> [String: String] {
    StreamInfo.tags(dictionary).filter { name, _ in
      let name = name.lowercased()
      // Matroska's statistics are about the stream as it lay in the input.
      let isStatistic =
        statistics.contains { name == $0 || name.hasPrefix($0 + "-") }
        || name.hasPrefix("_statistics")
      return !isStatistic && !(isEncoded && ofCoding.contains(name))
    }
  }

  /// Names that may have a language behind them.
  private static let statistics = [
    "bps", "duration", "number_of_frames", "number_of_bytes", "number_of_packets",
  ]

  /// What is said of how a stream was encoded; its muxer says again whether there is alpha.
  private static let ofCoding: Set<String> = [
    "alpha_mode", "encoder", "encoder_options", "encoder_settings", "encoding_settings",
    "encoded_by", "encoding_tool", "vendor_id",
  ]

  /// Whether a track of timecodes says what the tags of the pictures or the file say too.
  ///
  /// Only its first timecode stands there.
  static func hasTimecode(
    of stream: UnsafeMutablePointer<AVStream>, in context: borrowing InputContext
  ) -> Bool {
    func timecode(_ dictionary: OpaquePointer?) -> String? {
      StreamInfo.tags(dictionary).first { CarriedTimecode.isName($0.key) }?.value
    }
    guard let own = timecode(stream.pointee.metadata), stream.pointee.nb_frames <= 1 else {
      return false
    }
    if timecode(context.raw.pointee.metadata) == own { return true }
    return (0..<context.streamCount).contains { index in
      guard let other = context.stream(index), StreamPlan.kind(other) == "video" else {
        return false
      }
      return timecode(other.pointee.metadata) == own
    }
  }

  /// Whether MP4's own list of tags has it; the others need a form that fewer programs read.
  static func isWellKnown(_ name: String) -> Bool {
    wellKnown.contains(name.lowercased())
  }

  private static let wellKnown: Set<String> = [
    "title", "artist", "author", "album_artist", "composer", "album", "date", "comment", "genre",
    "copyright", "grouping", "lyrics", "description", "synopsis", "show", "episode_id", "network",
    "keywords", "episode_sort", "season_number", "media_type", "hd_video", "gapless_playback",
    "compilation", "track", "disc", "tmpo", "sort_name", "sort_artist", "sort_album_artist",
    "sort_album", "sort_composer", "sort_show", "creation_time",
  ]
}
