/// Neighbouring measuring filters of a chain, one after the other on the same frame: a layout that
/// they do not take is converted once for all.
final class MeasureChain: FrameFilter {
  static let name = "measuring filters"
  static let summary = "Neighbouring measuring filters on the same frame."
  static let onlyMeasures = true

  private let filters: [any FrameFilter]

  init(_ filters: [any FrameFilter]) {
    self.filters = filters
  }

  convenience init(_ options: FilterOptions) {
    self.init([])
  }

  /// The filters' names, for messages.
  var names: String { filters.map { type(of: $0).name }.joined(separator: ",") }

  func takes(_ format: PixelFormat) -> Bool {
    filters.allSatisfy { $0.takes(format) }
  }

  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    for filter in filters {
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
    for filter in filters { try filter.finish(into: &output) }
  }

  /// What each of them measured, in order.
  var lists: [FilterMeasurements] {
    filters.compactMap { filter in
      let values = filter.measurements()
      return values.isEmpty
        ? nil : FilterMeasurements(filter: type(of: filter).name, values: values)
    }
  }
}
