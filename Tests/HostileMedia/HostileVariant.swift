/// One change to a good file.
struct HostileVariant {
  /// The place, such as `fcTL.delay_num`.
  var field: String
  /// What stands there now.
  var value: String
  /// The whole file.
  var bytes: [UInt8]
}
