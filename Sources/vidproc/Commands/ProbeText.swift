import FoundationEssentials
import FramePool
import SystemPackage

/// A probe as text and as JSON.
enum ProbeText {
  static func json(_ probe: Probe) throws -> String {
    try encode(probe)
  }

  static func json(_ failure: TaskFailure, _ path: FilePath) throws -> String {
    struct Failed: Encodable {
      var input: InputPath
      var error: Reason
      struct Reason: Encodable {
        var kind: FramePoolError.Code
        var message: String
      }
    }
    return try encode(
      Failed(
        input: InputPath(path), error: .init(kind: failure.code, message: failure.description)))
  }

  private static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func text(_ probe: Probe) -> String {
    var facts = [probe.container]
    if let duration = probe.duration { facts.append(Format.seconds(duration)) }
    if let rate = probe.bitRate { facts.append("\(rate / 1000) kbit/s") }
    if probe.chapters > 0 { facts.append("\(probe.chapters) chapters") }
    var lines = [
      "\(Format.printable(probe.input.path.string)): \(facts.joined(separator: ", "))"
    ]
    lines += probe.streams.map { line($0) }
    for (key, value) in probe.tags.sorted(by: { $0.key < $1.key }) {
      lines.append("    \(Format.printable(key)): \(Format.printable(value))")
    }
    return lines.joined(separator: "\n")
  }

  private static func line(_ stream: Probe.Stream) -> String {
    var facts = [stream.codec]
    if let width = stream.width, let height = stream.height { facts.append("\(width)x\(height)") }
    if let format = stream.pixelFormat { facts.append(format) }
    if let rate = stream.frameRate { facts.append("\(Format.number(rate, 3)) frames/s") }
    if let rotation = stream.rotation, rotation != 0 { facts.append("turn \(rotation)°") }
    if let ratio = stream.sampleAspectRatio, ratio != "1:1" { facts.append("pixels \(ratio)") }
    if let rate = stream.sampleRate, rate > 0 { facts.append("\(rate) Hz") }
    if let channels = stream.channels { facts.append("\(channels) channels") }
    if let duration = stream.duration { facts.append(Format.seconds(duration)) }
    if let frames = stream.declaredFrames { facts.append("\(frames) frames declared") }
    if let language = stream.language { facts.append(Format.printable(language)) }
    if stream.isAttachedPicture { facts.append("cover picture") }
    let mark = stream.isChosen ? "*" : " "
    return "  \(mark) \(stream.index) \(stream.kind): \(facts.joined(separator: ", "))"
  }
}
