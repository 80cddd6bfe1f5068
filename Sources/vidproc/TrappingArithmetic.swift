import FramePool

// As in FramePool: conversions that trap on numbers from flags and reports are warnings here too, and
// errors to `make lint`.

extension Int {
  @available(*, deprecated, message: "traps on what does not fit: use Int(saturating:)")
  init(_ value: Double) { self.init(saturating: value) }
}

extension Int32 {
  @available(*, deprecated, message: "traps on what does not fit: use Int32(saturating:)")
  init(_ value: Double) { self.init(saturating: value) }
}
