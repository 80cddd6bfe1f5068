// Swift's conversions from floating point, and its operators on integers, end the process on what does
// not fit. A header, a wire line or a flag can hold any number, so this module has none of the former,
// and none of the latter on `Int64`, the type of all timestamps, sizes and durations that come from
// outside.
//
// These declarations hide the standard library's own within the module: a use of them is a warning,
// and `make lint` makes it an error. Say `saturatingAdd` and `init(saturating:)`, or `&+` where
// wrapping around is right; times are `Ticks` and `MediaTime`.

extension Int64 {
  @available(*, deprecated, message: "traps on overflow: use saturatingAdd, &+ or Ticks")
  static func + (left: Int64, right: Int64) -> Int64 { left.saturatingAdd(right) }

  @available(*, deprecated, message: "traps on overflow: use saturatingSubtract, &- or Ticks")
  static func - (left: Int64, right: Int64) -> Int64 { left.saturatingSubtract(right) }

  @available(*, deprecated, message: "traps on overflow: use saturatingMultiply, &* or Ticks")
  static func * (left: Int64, right: Int64) -> Int64 { left.saturatingMultiply(right) }

  @available(*, deprecated, message: "traps on overflow: use saturatingAdd, &+= or Ticks")
  static func += (left: inout Int64, right: Int64) { left = left.saturatingAdd(right) }

  @available(*, deprecated, message: "traps on overflow: use saturatingSubtract, &-= or Ticks")
  static func -= (left: inout Int64, right: Int64) { left = left.saturatingSubtract(right) }

  @available(*, deprecated, message: "traps on overflow: use saturatingMultiply, &*= or Ticks")
  static func *= (left: inout Int64, right: Int64) { left = left.saturatingMultiply(right) }

  @available(*, deprecated, message: "traps on overflow: use 0 &- or Ticks")
  static prefix func - (value: Int64) -> Int64 { Int64(0).saturatingSubtract(value) }

  @available(*, deprecated, message: "traps on what does not fit: use Int64(saturating:)")
  init(_ value: Double) { self.init(saturating: value) }
}

extension Int {
  @available(*, deprecated, message: "traps on what does not fit: use Int(saturating:)")
  init(_ value: Double) { self.init(saturating: value) }
}

extension Int32 {
  @available(*, deprecated, message: "traps on what does not fit: use Int32(saturating:)")
  init(_ value: Double) { self.init(saturating: value) }
}

extension UInt64 {
  @available(*, deprecated, message: "traps on what does not fit: use UInt64(saturating:)")
  init(_ value: Double) { self.init(saturating: value) }
}

extension UInt32 {
  @available(*, deprecated, message: "traps on what does not fit: use UInt32(saturating:)")
  init(_ value: Double) { self.init(saturating: value) }
}

extension UInt16 {
  @available(*, deprecated, message: "traps on what does not fit: use UInt16(saturating:)")
  init(_ value: Double) { self.init(saturating: value) }
}

extension UInt8 {
  @available(*, deprecated, message: "traps on what does not fit: use UInt8(saturating:)")
  init(_ value: Double) { self.init(saturating: value) }
}
