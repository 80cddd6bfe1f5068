import CFFmpeg

/// What happens to the streams of an input that are not decoded.
struct StreamPlan {
  enum Action: Equatable {
    case copy
    /// A cover picture, which Matroska keeps as an attachment.
    case attach
    case encode(UnsafePointer<AVCodec>)
    /// Left out; with the reason when nobody asked for that.
    case drop(loss: String?)
  }

  let index: Int
  let kind: String
  let codec: String
  private(set) var action: Action

  /// The stream in words, for what is said of it.
  var name: String { "\(kind) stream \(index) (\(codec))" }

  /// Whether it goes into the output in some form.
  var isCarried: Bool {
    if case .drop = action { false } else { true }
  }

  /// Leaves it out after all.
  ///
  /// - Parameter reason: Why, to follow its name and a colon.
  mutating func leaveOut(_ reason: String) { action = .drop(loss: "\(name): \(reason)") }

  /// Decides.
  ///
  /// - Parameters:
  ///   - stream: Of the input.
  ///   - context: The input.
  ///   - settings: What was asked for.
  ///   - muxer: Where it goes.
  ///   - encoder: For sound that is to be encoded anew.
  ///   - isEncrypted: Whether nobody can read it without a key.
  init(
    _ stream: UnsafeMutablePointer<AVStream>, of context: borrowing InputContext,
    _ settings: EncodingSettings, in muxer: UnsafePointer<AVOutputFormat>,
    audioEncoder encoder: UnsafePointer<AVCodec>?, isEncrypted: Bool
  ) {
    index = Int(stream.pointee.index)
    kind = Self.kind(stream)
    codec = StreamInfo.codecName(stream)
    let container = String(cString: muxer.pointee.name)
    let what = "\(kind) stream \(index) (\(codec))"
    func copyOrDrop(_ codec: AVCodecID) -> Action {
      OutputContext.canHold(codec, in: muxer)
        ? .copy : .drop(loss: "\(what): \(container) cannot hold it")
    }
    let id = stream.pointee.codecpar.pointee.codec_id
    guard settings.streams == .all else {
      action = .drop(loss: nil)
      return
    }
    let isWanted =
      kind == "audio"
      ? settings.audio != .none : kind == "subtitle" ? settings.subtitles != .none : true
    if isEncrypted, isWanted {
      action = .drop(loss: "\(what): it is encrypted")
      return
    }
    switch kind {
    case "audio":
      switch settings.audio {
      case .none: action = .drop(loss: nil)
      case _ where !StreamInfo.isComplete(stream):
        action = .drop(loss: "\(what): nothing of it was found that could be decoded")
      case .copy: action = copyOrDrop(id)
      case .encode:
        action =
          encoder.map { encoder in
            EncoderChoice.canHold(encoder, in: muxer)
              ? .encode(encoder) : .drop(loss: "\(what): \(container) cannot hold it encoded")
          } ?? .drop(loss: nil)
      }
    case "subtitle":
      action = settings.subtitles == .none ? .drop(loss: nil) : copyOrDrop(id)
    case "cover":
      if stream.pointee.attached_pic.size <= 0 {
        action = .drop(loss: "\(what): it has no picture")
      } else if container == "matroska" {
        action = .attach
      } else if ["mp4", "mov", "ipod"].contains(container) {
        action = copyOrDrop(id)
      } else {
        action = .drop(loss: "\(what): \(container) cannot hold it")
      }
    case "video":
      action =
        StreamInfo.isComplete(stream)
        ? copyOrDrop(id)
        : .drop(loss: "\(what): nothing of it was found that could be decoded")
    case "attachment":
      action =
        container == "matroska" ? .copy : .drop(loss: "\(what): \(container) cannot hold it")
    default:
      // The muxer makes these tracks anew: chapters, and the time code that is in the tags.
      let tag = stream.pointee.codecpar.pointee.codec_tag
      let isMade =
        tag == Self.tag("text") && context.raw.pointee.nb_chapters > 0
        || tag == Self.tag("tmcd") && Tags.hasTimecode(of: stream, in: context)
      action = .drop(loss: isMade ? nil : "\(what): data is not carried")
    }
  }

  private static func tag(_ text: StaticString) -> UInt32 {
    text.withUTF8Buffer { bytes in
      bytes.enumerated().reduce(0) { $0 | UInt32($1.element) << (8 * UInt32($1.offset)) }
    }
  }

  /// What is in a stream, in a word.
  static func kind(_ stream: UnsafeMutablePointer<AVStream>) -> String {
    switch stream.pointee.codecpar.pointee.codec_type {
    case AVMEDIA_TYPE_VIDEO:
      stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0 ? "cover" : "video"
    case AVMEDIA_TYPE_AUDIO: "audio"
    case AVMEDIA_TYPE_SUBTITLE: "subtitle"
    case AVMEDIA_TYPE_ATTACHMENT: "attachment"
    default: "data"
    }
  }
}
