import CFFmpeg

/// Finds what is wrong with a chain before any video is opened.
enum FilterCheck {
  /// Checks names, options and values.
  ///
  /// - Throws: ``FramePoolError`` of code `refused` that says what is wrong and what was
  ///   probably meant.
  static func check(_ chains: [String]) throws(FramePoolError) {
    for chain in chains {
      for filter in try FilterSyntax.filters(chain) { try check(filter) }
    }
    let plan = try FilterPlan(chains)
    try checkOwn(plan)
    for segment in plan.segments {
      if case .graph(let text) = segment { try check(graph: text) }
    }
  }

  /// Checks the chains' syntax and their own filters; needs no FFmpeg, and so no worker.
  ///
  /// - Throws: ``FramePoolError`` of code `refused`.
  static func checkOwn(_ chains: [String]) throws(FramePoolError) {
    try checkOwn(FilterPlan(chains))
  }

  private static func checkOwn(_ plan: FilterPlan) throws(FramePoolError) {
    for segment in plan.segments {
      if case .own(let type, let options) = segment { _ = try FilterPlan.make(type, options) }
    }
  }

  private static func check(_ filter: FilterSyntax.Filter) throws(FramePoolError) {
    if FilterCatalog.own(filter.name) != nil { return }
    guard let found = avfilter_get_by_name(filter.name) else {
      throw FramePoolError(
        .refused,
        "there is no filter '\(filter.name)'"
          + Spelling.question(FilterCatalog.suggestions(for: filter.name)))
    }
    guard let options = found.pointee.priv_class else { return }
    var search: UnsafePointer<AVClass>? = options
    for case let key? in filter.options.map(\.key) where !genericOptions.contains(key) {
      let isKnown = withUnsafeMutablePointer(to: &search) { search in
        av_opt_find(search, key, nil, 0, AV_OPT_SEARCH_FAKE_OBJ | AV_OPT_SEARCH_CHILDREN) != nil
      }
      if isKnown { continue }
      let names = FilterCatalog.options(of: found).map(\.name)
      let nearest = Spelling.nearest(to: key, among: FilterCatalog.optionNames(of: found))
      throw FramePoolError(
        .refused,
        "filter '\(filter.name)' has no option '\(key)'"
          + Spelling.question(nearest)
          + (names.isEmpty ? "" : " (it has: \(names.joined(separator: ", ")))"))
    }
  }

  /// Options that every filter takes.
  private static let genericOptions: Set<String> = ["enable", "thread_type", "threads"]

  /// Lets FFmpeg build the graph, and configure it for a made-up picture.
  private static func check(graph text: String) throws(FramePoolError) {
    do throws(FFmpegError) {
      try checkPads(text)
    } catch {
      throw refusal(of: text, error)
    }
    do throws(FFmpegError) {
      let picture = Frame()
      picture.raw.pointee.width = 1920
      picture.raw.pointee.height = 1080
      picture.raw.pointee.format = AV_PIX_FMT_YUV420P.rawValue
      _ = try FilterGraph(
        text, for: picture, timeBase: Rational(1, 90_000), frameRate: Rational(25, 1), threads: 1)
    } catch {
      // Whether a chain fits a picture depends on the picture; whether it can be read does not.
      let unreadable = [
        "Undefined constant", "Unknown function", "Missing ')'", "evaluating the expression",
        "Invalid chars", "Unable to parse", "Expressions with",
      ]
      let lines = FFmpegLog.recentErrorLines()
      if lines.contains(where: { line in unreadable.contains { line.contains($0) } }) {
        throw refusal(of: text, error)
      }
    }
  }

  /// Parses the graph and sees that it has one open video input and one open video output.
  private static func checkPads(_ text: String) throws(FFmpegError) {
    var graph: UnsafeMutablePointer<AVFilterGraph>? = allocated(avfilter_graph_alloc())
    graph?.pointee.nb_threads = 1
    var inputs: UnsafeMutablePointer<AVFilterInOut>?
    var outputs: UnsafeMutablePointer<AVFilterInOut>?
    defer {
      avfilter_inout_free(&inputs)
      avfilter_inout_free(&outputs)
      avfilter_graph_free(&graph)
    }
    // Spelt out: inside this type `check` is the method above.
    try FramePool.check(
      avfilter_graph_parse2(graph, text, &inputs, &outputs), "avfilter_graph_parse2")
    let counts = (count(inputs), count(outputs))
    guard counts == (1, 1) else {
      throw FFmpegError(
        code: .invalidArgument, function: "avfilter_graph_parse2",
        logLine: "a chain must have one open input and one open output; this one has "
          + "\(counts.0) and \(counts.1)")
    }
    for (end, isInput) in [(inputs, true), (outputs, false)] {
      guard let end, let filter = end.pointee.filter_ctx else { continue }
      let pads = isInput ? filter.pointee.input_pads : filter.pointee.output_pads
      guard avfilter_pad_get_type(pads, end.pointee.pad_idx) == AVMEDIA_TYPE_VIDEO else {
        throw FFmpegError(
          code: .invalidArgument, function: "avfilter_graph_parse2",
          logLine: "this is a filter for audio")
      }
    }
  }

  private static func count(_ list: UnsafeMutablePointer<AVFilterInOut>?) -> Int {
    sequence(first: list, next: { $0?.pointee.next }).prefix { $0 != nil }.reduce(0) { n, _ in n + 1
    }
  }

  private static func refusal(of text: String, _ error: FFmpegError) -> FramePoolError {
    let logged = FFmpegLog.recentErrorLines().joined(separator: "; ")
    return FramePoolError(
      .refused,
      "filter chain '\(text)' is refused: \(logged.isEmpty ? error.logLine ?? "\(error.code)" : logged)"
    )
  }
}
