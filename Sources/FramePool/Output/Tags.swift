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
        name.hasPrefix("_statistics") || name.hasPrefix("bps") || name.hasPrefix("duration")
        || name.hasPrefix("number_of_")
      let isCoding = ["encoder", "vendor_id"].contains(name)
      return !isStatistic && !(isCoding && isEncoded)
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
