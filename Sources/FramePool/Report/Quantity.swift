/// Numbers of things, for messages.
package enum Quantity {
  /// For example `1 frame`, `2 frames`.
  package static func text(_ number: Int, _ thing: String) -> String {
    "\(number) \(thing)\(number == 1 ? "" : "s")"
  }
}
