/// Numbers of things, for messages.
enum Count {
  /// For example `1 frame`, `2 frames`.
  static func text(_ number: Int, _ thing: String) -> String {
    "\(number) \(thing)\(number == 1 ? "" : "s")"
  }
}
