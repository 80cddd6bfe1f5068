/// Neighbouring filters of a chain that are done together; made by ``FilterChain``, never named.
protocol FilterGroup: FrameFilter {
  /// The filters, in the order of the chain.
  var members: [any FrameFilter] { get }
}

extension FilterGroup {
  static var name: String { "group" }

  static var summary: String { "Neighbouring filters done together." }

  func takes(_ format: PixelFormat) -> Bool {
    members.allSatisfy { $0.takes(format) }
  }
}
