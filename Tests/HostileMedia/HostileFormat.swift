/// The containers whose headers are changed.
///
/// The raw value is the ending of a file's name.
enum HostileFormat: String, CaseIterable {
  case matroska = "mkv"
  case mp4
  case avi
  case ts
  case y4m
  case ivf
  case png
  case apng
  case gif

  /// Good files to begin with, and how `ffmpeg` makes each: what stands before the output's name.
  var seeds: [(name: String, arguments: [String])] {
    let picture = ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=0.24"]
    let small = ["-f", "lavfi", "-i", "testsrc2=size=32x32:rate=25:duration=0.12"]
    let sound = ["-f", "lavfi", "-i", "sine=sample_rate=8000:duration=0.24"]
    let exact = ["-bitexact", "-pix_fmt", "yuv420p"]
    let titled = ["-metadata", "title=a", "-metadata", "comment=b"]
    let avc = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-g", "3", "-bf", "1"]
    switch self {
    case .matroska:
      let clusters = ["-cluster_time_limit", "100", "-f", "matroska"]
      return [
        (
          "ffv1",
          picture + sound + exact + ["-c:v", "ffv1", "-g", "1", "-c:a", "pcm_s16le"] + titled
            + clusters
        ),
        ("h264", picture + sound + exact + avc + ["-c:a", "aac"] + titled + clusters),
      ]
    case .mp4:
      let flags = "frag_keyframe+empty_moov+default_base_moof"
      return [
        ("plain", picture + sound + exact + avc + ["-c:a", "aac"] + titled + ["-f", "mp4"]),
        (
          "fragmented",
          picture + sound + exact + avc + ["-c:a", "aac", "-movflags", flags, "-f", "mp4"]
        ),
      ]
    case .avi:
      let codecs = ["-c:v", "mjpeg", "-c:a", "pcm_s16le"]
      return [
        ("mjpeg", picture + sound + exact + codecs + titled + ["-f", "avi"])
      ]
    case .ts:
      let codecs = ["-c:v", "mpeg2video", "-g", "3", "-bf", "1", "-c:a", "mp2", "-ar", "16000"]
      let service = String(repeating: "s", count: 60)
      let names = ["service_name", "service_provider"].flatMap {
        ["-metadata", "\($0)=\(service)"]
      }
      return [("mpeg2", picture + sound + exact + codecs + names + ["-f", "mpegts"])]
    case .y4m: return [("raw", small + exact + ["-f", "yuv4mpegpipe"])]
    case .ivf:
      return [("vp8", picture + exact + ["-c:v", "libvpx", "-deadline", "realtime", "-f", "ivf"])]
    case .png: return [("still", small + ["-frames:v", "1", "-c:v", "png", "-f", "image2pipe"])]
    case .apng: return [("moving", small + ["-f", "apng"])]
    case .gif: return [("moving", small + ["-f", "gif"])]
    }
  }

  /// Everything that is made of a good file.
  func variants(of seed: [UInt8], named name: String) -> [HostileFile] {
    let variants: [HostileVariant] =
      switch self {
      case .matroska: HostileMatroska.variants(of: seed)
      case .mp4: HostileMP4.variants(of: seed)
      case .avi: HostileAVI.variants(of: seed)
      case .ts: HostileTS.variants(of: seed)
      case .y4m: HostileY4M.variants(of: seed)
      case .ivf: HostileIVF.variants(of: seed)
      case .png, .apng: HostilePNG.variants(of: seed)
      case .gif: HostileGIF.variants(of: seed)
      }
    return variants.map {
      HostileFile(format: self, seed: name, field: $0.field, value: $0.value, bytes: $0.bytes)
    }
  }
}
