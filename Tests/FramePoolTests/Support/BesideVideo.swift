import SystemPackage

/// Small videos with one more stream each, made by FFmpeg: one for every encoder of sound and of
/// subtitles that it has and some container can carry.
enum BesideVideo {
  /// An encoder and what it needs.
  struct Recipe {
    var encoder: String
    var container = "nut"
    var options: [String] = []
  }

  private static let telephone = ["-ar", "8000", "-ac", "1"]

  /// Of sound.
  static let sounds: [Recipe] =
    [
      "aac", "ac3", "ac3_fixed", "adpcm_ima_wav", "adpcm_ms", "adpcm_yamaha", "dca", "dfpwm",
      "eac3",
      "flac", "libmp3lame", "libopus", "libshine", "libtwolame", "libvorbis", "mp2", "mp2fixed",
      "opus",
      "pcm_alaw", "pcm_f32be", "pcm_f32le", "pcm_f64be", "pcm_f64le", "pcm_mulaw", "pcm_s16be",
      "pcm_s16be_planar", "pcm_s16le", "pcm_s16le_planar", "pcm_s24be", "pcm_s24le",
      "pcm_s24le_planar", "pcm_s32be", "pcm_s32le", "pcm_s32le_planar", "pcm_s64be", "pcm_s64le",
      "pcm_s8", "pcm_s8_planar", "pcm_u16be", "pcm_u16le", "pcm_u24be", "pcm_u24le", "pcm_u32be",
      "pcm_u32le", "pcm_u8", "wavpack",
    ].map { Recipe(encoder: $0) }
    + [
      Recipe(encoder: "adpcm_swf", options: ["-ar", "44100", "-ac", "1"]),
      Recipe(encoder: "comfortnoise", options: telephone),
      Recipe(encoder: "g722", options: ["-ar", "16000", "-ac", "1"]),
      Recipe(encoder: "g723_1", options: telephone + ["-b:a", "6300"]),
      Recipe(encoder: "libgsm_ms", options: telephone),
      Recipe(encoder: "libspeex", options: ["-ar", "16000", "-ac", "1"]),
      Recipe(encoder: "adpcm_ima_qt", container: "mov"), Recipe(encoder: "alac", container: "mkv"),
      Recipe(encoder: "g726", container: "mkv", options: telephone),
      Recipe(encoder: "libgsm", container: "mov", options: telephone),
      Recipe(encoder: "mlp", container: "mkv"), Recipe(encoder: "truehd", container: "mkv"),
      Recipe(encoder: "nellymoser", container: "mov", options: ["-ar", "44100", "-ac", "1"]),
      Recipe(encoder: "real_144", container: "mkv", options: telephone),
      Recipe(encoder: "tta", container: "mkv"), Recipe(encoder: "wmav1", container: "mkv"),
      Recipe(encoder: "wmav2", container: "mkv"),
      Recipe(encoder: "s302m", container: "ts", options: ["-ar", "48000", "-ac", "2"]),
      Recipe(encoder: "pcm_dvd", container: "vob", options: ["-ar", "48000", "-ac", "2"]),
    ]

  /// Of subtitles.
  static let subtitles: [Recipe] = [
    Recipe(encoder: "ass"), Recipe(encoder: "text"), Recipe(encoder: "subrip", container: "mkv"),
    Recipe(encoder: "webvtt", container: "mkv"), Recipe(encoder: "mov_text", container: "mov"),
  ]

  /// Makes them.
  ///
  /// - Parameter directory: Where.
  /// - Returns: Those that FFmpeg here could make, of each kind.
  /// - Throws: What running FFmpeg throws.
  static func make(
    in directory: TemporaryDirectory
  ) async throws -> (sounds: [FilePath], subtitles: [FilePath]) {
    let place = directory.path
    let text = directory.write(
      "1\n00:00:00,200 --> 00:00:00,500\nHello\n\n2\n00:00:00,600 --> 00:00:00,900\nWorld\n\n",
      to: "text.srt")
    let video = place.appending("video.ts")
    _ = try await Run.program(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1"]
        + ["-c:v", "mpeg2video", video.string])
    func make(_ recipe: Recipe, _ arguments: [String], _ kind: String) async throws -> FilePath? {
      let file = place.appending("\(kind)-\(recipe.encoder).\(recipe.container)")
      _ = try await Run.program(
        "ffmpeg",
        ["-nostdin", "-v", "error", "-i", video.string] + arguments + ["-map", "0", "-map", "1"]
          + ["-c:v", "copy", "-c:\(kind)", recipe.encoder] + recipe.options
          + ["-strict", "experimental", file.string])
      let streams = try? await MediaProbe.file(file).streams
      return streams?.count == 2 ? file : nil
    }
    let sine = ["-f", "lavfi", "-i", "sine=440:d=1:r=48000"]
    var (made, texts): ([FilePath], [FilePath]) = ([], [])
    for recipe in sounds {
      if let file = try await make(recipe, sine, "a") { made.append(file) }
    }
    for recipe in subtitles {
      if let file = try await make(recipe, ["-i", text.string], "s") { texts.append(file) }
    }
    return (made, texts)
  }
}
