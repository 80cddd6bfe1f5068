/// A filter chain cut into the pieces that run in one go: each own filter by itself, neighbouring
/// FFmpeg filters together in one graph.
struct FilterPlan {
  /// A piece of the chain.
  enum Segment {
    case own(any FrameFilter.Type, [FilterSyntax.Option])
    case graph(String)
  }

  private(set) var segments: [Segment] = []

  /// Cuts the chains, in the order they were given on the command line.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` for a syntax error, or for an own filter
  ///   inside a graph with labels, which FFmpeg runs alone.
  init(_ chains: [String]) throws(FramePoolError) {
    for chain in chains.map(FilterSyntax.withoutOuterLabels) {
      let filters = try FilterSyntax.filters(chain)
      if FilterSyntax.isGraph(chain) {
        if let own = filters.first(where: { FilterCatalog.own($0.name) != nil }) {
          throw FramePoolError(
            .refused,
            "filter '\(own.name)' is vidproc's own and cannot stand in a graph with labels; give it "
              + "a --filter of its own, before or after the graph")
        }
        append(graph: chain)
        continue
      }
      for filter in filters {
        if let type = FilterCatalog.own(filter.name) {
          segments.append(.own(type, filter.options))
        } else {
          append(graph: filter.text)
        }
      }
    }
  }

  /// Makes an own filter with the options that were typed.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` for options that it does not take.
  static func make(
    _ type: any FrameFilter.Type, _ options: [FilterSyntax.Option]
  ) throws(FramePoolError) -> any FrameFilter {
    let options = try FilterOptions(options, for: type)
    do {
      return try type.init(options)
    } catch let error as FramePoolError {
      throw error
    } catch {
      throw FramePoolError(.refused, "filter '\(type.name)': \(error)")
    }
  }

  private mutating func append(graph text: String) {
    // Labels would clash across --filter options, so a graph with labels is not joined to another.
    if case .graph(let previous)? = segments.last, !FilterSyntax.isGraph(previous),
      !FilterSyntax.isGraph(text)
    {
      segments[segments.count - 1] = .graph(previous + "," + text)
    } else {
      segments.append(.graph(text))
    }
  }
}
