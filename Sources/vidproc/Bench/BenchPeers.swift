import FramePool

/// The same work in another program's words.
enum BenchPeers {
  /// What a chain is elsewhere; nil for what it does not have.
  struct Translation {
    /// For ffmpeg and PyAV: names and options of FFmpeg's filters.
    var ffmpeg: [(name: String, options: String)]?
    /// For OpenCV: JSON arrays of a name and numbers.
    var openCV: [String]?
    /// Whether FFmpeg's filters do exactly the same, to the bit.
    var isExact: Bool
  }

  /// Translates filter chains.
  ///
  /// - Throws: ``FramePoolError`` for a chain that cannot be read.
  static func translate(_ chains: [String]) throws(FramePoolError) -> Translation {
    var result = Translation(ffmpeg: [], openCV: [], isExact: true)
    for chain in chains {
      for filter in try FilterSyntax.filters(chain) {
        let (ffmpeg, isExact) = self.ffmpeg(filter)
        if let ffmpeg { result.ffmpeg?.append(ffmpeg) } else { result.ffmpeg = nil }
        if let word = openCV(filter) { result.openCV?.append(word) } else { result.openCV = nil }
        if !isExact { result.isExact = false }
      }
    }
    return result
  }

  private static func ffmpeg(
    _ filter: FilterSyntax.Filter
  ) -> ((name: String, options: String)?, isExact: Bool) {
    switch filter.name {
    case "grayscale": return (("extractplanes", "y"), false)
    case "invert": return (("negate", ""), false)
    case "blur": return (("gblur", "sigma=\(number(filter, "sigma", 2))"), false)
    case "edges": return (("sobel", "scale=\(number(filter, "gain", 1))"), false)
    case "denoise" where filter.arguments.isEmpty: return (("median", "radius=1"), false)
    default:
      // FFmpeg's own is exactly that; of ours, nobody else has it.
      return filter.isOwn ? (nil, false) : ((filter.name, filter.arguments), true)
    }
  }

  private static func openCV(_ filter: FilterSyntax.Filter) -> String? {
    switch filter.name {
    case "grayscale", "edges", "invert": return "[\"\(filter.name)\"]"
    case "negate": return "[\"invert\"]"
    case "blur", "gblur":
      return "[\"blur\",\(number(filter, "sigma", filter.name == "blur" ? 2 : 0.5))]"
    case "scale":
      // Halves, thirds and so on: what the article's readers do.
      let sizes = filter.arguments.split(separator: ":").prefix(2)
      guard sizes.count == 2, let x = factor(sizes[0], "iw"), let y = factor(sizes[1], "ih") else {
        return nil
      }
      return "[\"scale\",\(1 / x),\(1 / y)]"
    default: return nil
    }
  }

  /// The number in `iw/2`.
  private static func factor(_ text: Substring, _ side: String) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == side, let factor = Double(parts[1]), factor > 0 else {
      return nil
    }
    return factor
  }

  /// A number among the options, by its name or in the first place.
  private static func number(
    _ filter: FilterSyntax.Filter, _ key: String, _ fallback: Double
  ) -> Double {
    let options = filter.options
    let given = options.first { $0.key == key } ?? options.first { $0.key == nil }
    return given.flatMap { Double($0.value) } ?? fallback
  }
}

extension FilterSyntax.Filter {
  /// Whether the filter is vidproc's own.
  var isOwn: Bool { FilterCatalog.isOwn(name) }
}
