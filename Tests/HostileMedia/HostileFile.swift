/// A small file with one thing in it that no honest program writes.
struct HostileFile {
  var format: HostileFormat
  /// The seed it was made from, such as `fragmented`.
  var seed: String
  /// The place in the file, such as `Segment.Info.TimestampScale`.
  var field: String
  /// What stands there, such as `2^53`.
  var value: String
  var bytes: [UInt8]

  /// A name for the file, unique among all of them.
  var name: String { "\(seed)-\(field)=\(value).\(format.rawValue)" }

  /// The field without numbers: the third block of a file is read by the same lines as the second.
  var family: String {
    "\(format.rawValue) \(field.filter { !$0.isNumber })"
  }
}
