import CFFmpeg

/// What becomes of the timecodes in an input's tags.
///
/// A timecode is the address of the first frame, so an output that begins later needs a later one.
struct CarriedTimecode {
  /// The rate at which the input's timecodes count.
  private let source: Rational
  /// The output's frame rate.
  private let target: Rational
  /// How many of the input's frames are before the output's first; nil when that cannot be told.
  private let advance: Int64?
  /// Whether the container writes a timecode as such, and refuses a text that is none.
  private let isStrict: Bool

  init(_ frame: borrowing Frame, from chain: borrowing FilterChain, container: String) {
    let stream = chain.sampler.decoder.demuxer.stream
    let unit = chain.sampler.timeBase
    let rate = StreamInfo.frameRate(stream, in: chain.sampler.decoder.demuxer.context)
    source = rate
    target = chain.frameRate
    isStrict = Self.strict.contains(container)
    let frames = Rational(rate.denominator, rate.numerator)
    guard rate.value != nil, let first = chain.sampler.facts.firstTime else {
      advance = chain.sampler.window.start == nil ? 0 : nil
      return
    }
    // A filter that moves times leaves no way to tell which frame this was.
    let own = frame.time?.rescaled(from: chain.timeBase, to: frames)
    let taken = first.rescaled(from: unit, to: frames)
    guard own == nil || own == taken else {
      advance = nil
      return
    }
    let start = Ticks(known: stream.pointee.start_time) ?? first
    advance = (first - start).rescaled(from: unit, to: frames).count
  }

  /// Muxers that make a track or a header field of the tag.
  private static let strict: Set<String> = [
    "mov", "mp4", "mxf", "mxf_d10", "mxf_opatom", "gxf", "dv",
  ]

  /// Whether a tag's name is that of timecodes.
  static func isName(_ name: String) -> Bool { name.lowercased() == "timecode" }

  /// The text for the output's tag; nil when the output cannot have one.
  func text(_ text: String) -> String? {
    let timecode = Timecode(text, rate: source)
    if advance == 0, source == target {
      return isStrict && timecode == nil ? nil : text
    }
    guard let advance else { return nil }
    return timecode?.advanced(by: advance).converted(to: target)?.description
  }

  /// The same for a stream that is copied, whose rate stays.
  func copiedText(_ text: String) -> String? {
    guard advance != 0 else { return text }
    return advance.flatMap { Timecode(text, rate: source)?.advanced(by: $0).description }
  }

  /// The tags with the timecodes that are true of the output.
  func apply(to tags: [String: String]) -> [String: String] {
    var result = tags
    for (name, value) in tags where Self.isName(name) { result[name] = text(value) }
    return result
  }

  /// What is lost of some tags, in words.
  func losses(of tags: [String: String]) -> [String] {
    tags.filter { Self.isName($0.key) && text($0.value) == nil }.map { _, value in
      guard advance != nil else {
        return "timecode \(value): it cannot be told which frame the output begins with"
      }
      let rate = target.value.map { Quantity.fixed($0, 2) } ?? "an unknown number of"
      return "timecode \(value): it does not count \(rate) frames a second"
    }
  }
}
