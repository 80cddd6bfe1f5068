import CFFmpeg

/// Which streams of a file are the ones that were written to it.
struct StreamMatch {
  /// The file's stream for each that was written; nil where there is none.
  private(set) var found: [Int?]
  /// Codecs that the file names otherwise, by the written stream.
  private var renamed: [Int: AVCodecID] = [:]

  init(_ expected: [Carriage.ExpectedStream], in context: borrowing InputContext) {
    found = Array(repeating: nil, count: expected.count)
    // Attachments may come back at the end, and a chapter track on top.
    var free = Array(0..<context.streamCount)
    for isSame in [Self.isSame, Self.isAlike, Self.isOfKind] {
      for (index, stream) in expected.enumerated() where found[index] == nil {
        let position = free.indices.first { position in
          context.stream(free[position]).map {
            isSame(stream.codec, $0.pointee.codecpar.pointee.codec_id)
          } ?? false
        }
        guard let position else { continue }
        let match = free.remove(at: position)
        found[index] = match
        if let codec = context.stream(match)?.pointee.codecpar.pointee.codec_id,
          !Self.isSame(codec, stream.codec), !Self.isAlike(codec, stream.codec)
        {
          renamed[index] = codec
        }
      }
    }
  }

  /// What of the streams beside the video is not there, or under another name; and which are not there
  /// because nothing was written to them.
  func findings(
    _ expectation: OutputVerifier.Expectation
  ) -> (losses: [String], notes: [String]) {
    var (losses, notes): ([String], [String]) = ([], [])
    let container = expectation.plan.container
    for (index, stream) in expectation.carriage.expected.enumerated()
    where index != expectation.videoIndex {
      if let codec = renamed[index] {
        losses.append("\(stream.name): \(container) calls it \(Self.name(codec))")
      }
      guard found[index] == nil else { continue }
      if stream.hasPackets, expectation.written[index].packets == 0 {
        notes.append("\(stream.name): \(container) keeps no stream without packets")
      } else {
        losses.append("\(stream.name): it cannot be read from \(container)")
      }
    }
    return (losses, notes)
  }

  private static func name(_ codec: AVCodecID) -> String {
    String(cString: avcodec_get_name(codec))
  }

  private static func isSame(_ one: AVCodecID, _ other: AVCodecID) -> Bool { one == other }

  /// Names of one format, which containers do not tell apart and decoders need not.
  private static let alike: [Set<AVCodecID>] = [
    [AV_CODEC_ID_MP1, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3],
    [AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3],
    [AV_CODEC_ID_TEXT, AV_CODEC_ID_SUBRIP],
    [AV_CODEC_ID_SSA, AV_CODEC_ID_ASS],
    [AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO],
    [AV_CODEC_ID_H263, AV_CODEC_ID_H263P],
    [AV_CODEC_ID_MJPEG, AV_CODEC_ID_LJPEG],
    // An animation of one picture is a picture.
    [AV_CODEC_ID_APNG, AV_CODEC_ID_PNG],
  ]

  private static func isAlike(_ one: AVCodecID, _ other: AVCodecID) -> Bool {
    alike.contains { $0.contains(one) && $0.contains(other) }
  }

  private static func isOfKind(_ one: AVCodecID, _ other: AVCodecID) -> Bool {
    let kinds = [one, other].map { avcodec_descriptor_get($0)?.pointee.type }
    return kinds[0] != nil && kinds[0] == kinds[1]
  }
}
