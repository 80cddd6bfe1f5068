/// Measurements of some frames of a video, on their way from the worker to the records file.
struct FrameRecords: Codable, Sendable {
  /// One frame's.
  struct Row: Codable, Sendable {
    /// Which frame, of those that come out of the filter chain.
    var frame: Int
    /// When it is shown, in seconds; nil when it has no timestamp.
    var pts: Double?
    /// A number or a word for each of the names; nil where the frame has none.
    var values: [String?]
  }

  /// The measures' names.
  var names: [String]
  /// The frames, in order.
  var rows: [Row] = []
}
