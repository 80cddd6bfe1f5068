/// One plane of a frame, lent for reading.
public struct FramePlane<Sample: FrameSample>: ~Escapable {
  private let view: PlaneView

  @_lifetime(immortal)
  init(_ view: PlaneView) {
    self.view = view
  }

  /// Samples in a row.
  public var width: Int { view.width }

  /// Rows.
  public var height: Int { view.height }

  /// One row from left to right, ``width`` samples.
  ///
  /// - Parameter y: 0 for the top row; must be less than ``height``.
  /// - Returns: The row, which cannot outlive the frame.
  @_lifetime(copy self)
  public func row(_ y: Int) -> Span<Sample> {
    precondition((0..<height).contains(y), "there is no such row")
    let row = Span<Sample>(_unsafeStart: view.row(y, as: Sample.self), count: width)
    return _overrideLifetime(row, copying: self)
  }
}

/// One plane of a frame, lent for writing.
public struct MutableFramePlane<Sample: FrameSample>: ~Escapable, ~Copyable {
  private let view: PlaneView

  @_lifetime(immortal)
  init(_ view: PlaneView) {
    self.view = view
  }

  /// Samples in a row.
  public var width: Int { view.width }

  /// Rows.
  public var height: Int { view.height }

  /// One row from left to right, ``width`` samples.
  ///
  /// - Parameter y: 0 for the top row; must be less than ``height``.
  /// - Returns: The row, which cannot outlive the frame.
  @_lifetime(&self)
  public mutating func row(_ y: Int) -> MutableSpan<Sample> {
    precondition((0..<height).contains(y), "there is no such row")
    let row = MutableSpan<Sample>(_unsafeStart: view.row(y, as: Sample.self), count: width)
    return _overrideLifetime(row, mutating: &self)
  }
}
