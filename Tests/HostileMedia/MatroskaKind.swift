/// What an element of Matroska is called, and what it holds.
struct MatroskaKind {
  /// What an element holds.
  enum Content: String {
    case master = "m"
    case unsigned = "u"
    case signed = "i"
    case float = "f"
    case text = "s"
    case binary = "b"
    /// A frame with a track number, a time and flags before it.
    case block = "x"
  }

  var name: String
  var type: Content
}
