/// Neighbouring measuring filters of a chain, one after the other on the same frame: a layout that
/// they do not take is converted once for all.
final class MeasureChain: FilterGroup {
  static let onlyMeasures = true

  let members: [any FrameFilter]

  init(_ filters: [any FrameFilter]) {
    members = filters
  }

  convenience init(_ options: FilterOptions) {
    self.init([])
  }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    for filter in members {
      try filter.filter(frame, into: &output)
      guard let measured = output.take() else {
        throw FramePoolError(
          .internal, "filter '\(type(of: filter).name)' only measures, but kept a frame")
      }
      frame = measured
    }
    output.emit(frame)
  }

  func finish(into output: inout FilterOutput) throws {
    for filter in members { try filter.finish(into: &output) }
  }
}
