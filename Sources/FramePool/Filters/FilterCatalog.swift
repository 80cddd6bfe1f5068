import CFFmpeg
import Synchronization

/// All filters there are: vidproc's own, those of the FFmpeg libraries on this machine, and those
/// that a program has registered.
public enum FilterCatalog {
  private static let builtIn: [any FrameFilter.Type] = [
    AdjustFilter.self, BinarizeFilter.self, BlackFilter.self, BlurFilter.self, DenoiseFilter.self,
    DifferenceFilter.self, EdgesFilter.self, FingerprintFilter.self, FreezeFilter.self,
    GrayscaleFilter.self, InvertFilter.self, MotionFilter.self, PixelateFilter.self,
    ScenesFilter.self, SepiaFilter.self, SharpenFilter.self, SharpnessFilter.self, StatsFilter.self,
  ]

  private static let registered = Mutex<[any FrameFilter.Type]>([])

  /// Adds filters to vidproc's own, for every chain of this program.
  ///
  /// Call it first in `main`, before ``Host/enterIfAsked(_:tasks:information:)``: hosts and workers
  /// are the same program and must know the same filters.
  ///
  /// - Parameter filters: Their names must be free: a name that is taken is a programmer's error.
  public static func register(_ filters: any FrameFilter.Type...) {
    for filter in filters {
      precondition(own(filter.name) == nil, "there is a filter '\(filter.name)' already")
      registered.withLock { $0.append(filter) }
    }
  }

  private static var ownFilters: [any FrameFilter.Type] {
    builtIn + registered.withLock { $0 }
  }

  /// Whether there is an own or registered filter of that name.
  package static func isOwn(_ name: String) -> Bool { own(name) != nil }

  /// The own or registered filter of that name.
  static func own(_ name: String) -> (any FrameFilter.Type)? {
    ownFilters.first { $0.name == name }
  }

  /// Makes one own or registered filter, for trying it out.
  ///
  /// - Parameter text: As on the command line, for example `blur=sigma=2`.
  /// - Returns: The filter.
  /// - Throws: ``FramePoolError`` of code `refused` for another name, an unknown option or a bad
  ///   value.
  public static func make(_ text: String) throws -> any FrameFilter {
    let typed = try FilterSyntax.filters(text)
    guard typed.count == 1, let type = own(typed[0].name) else {
      throw FramePoolError(.refused, "'\(text)' is not one of vidproc's own filters")
    }
    let filter = try FilterPlan.make(type, typed[0].options)
    return (filter as? any PointFilter).map { PointChain([$0]) } ?? filter
  }

  /// Every filter that can stand in a chain of video filters, own ones first, then by name.
  public static func all() -> [FilterDescription] {
    ownFilters.map { FilterDescription($0) } + ffmpegFilters().sorted { $0.name < $1.name }
  }

  /// One filter with its options.
  ///
  /// - Parameter name: As on the command line.
  /// - Returns: The description, or nil when there is no video filter of that name.
  public static func describe(_ name: String) -> FilterDescription? {
    if let own = own(name) { return FilterDescription(own) }
    guard let filter = avfilter_get_by_name(name), takesVideo(filter) else { return nil }
    var description = summary(of: filter)
    description.options = options(of: filter)
    return description
  }

  /// The names most like a mistyped one, best first, at most three.
  public static func suggestions(for name: String) -> [String] {
    Spelling.nearest(to: name, among: all().map(\.name))
  }

  private static func ffmpegFilters() -> [FilterDescription] {
    var filters: [FilterDescription] = []
    var cursor: UnsafeMutableRawPointer?
    while let filter = av_filter_iterate(&cursor) {
      if takesVideo(filter) { filters.append(summary(of: filter)) }
    }
    return filters
  }

  /// Whether the filter has a video input and a video output, or makes its pads from its options.
  private static func takesVideo(_ filter: UnsafePointer<AVFilter>) -> Bool {
    func fits(_ pads: OpaquePointer?, isOutput: Bool, dynamic: CInt) -> Bool {
      let count = avfilter_filter_pad_count(filter, isOutput ? 1 : 0)
      if count == 0 { return filter.pointee.flags & dynamic != 0 && isNoAudioFilter(filter) }
      return (0..<CInt(count)).allSatisfy { avfilter_pad_get_type(pads, $0) == AVMEDIA_TYPE_VIDEO }
    }
    return fits(filter.pointee.inputs, isOutput: false, dynamic: AVFILTER_FLAG_DYNAMIC_INPUTS)
      && fits(filter.pointee.outputs, isOutput: true, dynamic: AVFILTER_FLAG_DYNAMIC_OUTPUTS)
  }

  /// Filters that make their pads from options do not say for which kind of stream; by FFmpeg's
  /// naming rule those for audio begin with an `a` before the name of their twin for video.
  private static func isNoAudioFilter(_ filter: UnsafePointer<AVFilter>) -> Bool {
    let name = String(cString: filter.pointee.name)
    return !name.hasPrefix("a") && !["headphone", "join", "channelsplit"].contains(name)
  }

  private static func summary(of filter: UnsafePointer<AVFilter>) -> FilterDescription {
    let name = String(cString: filter.pointee.name)
    let summary = filter.pointee.description.map { String(cString: $0) } ?? ""
    let options = options(of: filter)
    let first = options.first { $0.defaultValue != nil }
    let example = first.map { "\(name)=\($0.name)=\($0.defaultValue ?? "")" } ?? name
    return FilterDescription(name: name, summary: summary, example: example, isOwn: false)
  }

  /// The names of a filter's options with their aliases.
  static func optionNames(of filter: UnsafePointer<AVFilter>) -> [String] {
    sequence(first: shim_next_filter_option(filter, nil)) { shim_next_filter_option(filter, $0) }
      .prefix { $0 != nil }.compactMap { $0?.pointee }
      .filter { $0.type != AV_OPT_TYPE_CONST }.map { String(cString: $0.name) }
  }

  static func options(of filter: UnsafePointer<AVFilter>) -> [FilterDescription.Option] {
    var options: [FilterDescription.Option] = []
    var choices: [String: [String]] = [:]
    var offsets: Set<CInt> = []
    var cursor: UnsafePointer<AVOption>?
    while let next = shim_next_filter_option(filter, cursor) {
      cursor = next
      let option = next.pointee
      let name = String(cString: option.name)
      if option.type == AV_OPT_TYPE_CONST {
        option.unit.map { choices[String(cString: $0), default: []].append(name) }
        continue
      }
      // A second name for the same field is an alias.
      guard offsets.insert(option.offset).inserted else { continue }
      options.append(FilterDescription.Option(next, named: name))
    }
    var index = 0
    cursor = nil
    offsets = []
    while let next = shim_next_filter_option(filter, cursor) {
      cursor = next
      guard next.pointee.type != AV_OPT_TYPE_CONST, offsets.insert(next.pointee.offset).inserted
      else { continue }
      if let unit = next.pointee.unit {
        options[index].choices = choices[String(cString: unit)] ?? []
      }
      index += 1
    }
    return options
  }
}

extension FilterDescription.Option {
  fileprivate init(_ option: UnsafePointer<AVOption>, named name: String) {
    let raw = option.pointee
    self.init(
      name: name, summary: raw.help.map { String(cString: $0) } ?? "", type: "value")
    func number(_ value: Double) -> String {
      value == value.rounded() && value.magnitude < 1e15
        ? "\(Int64(saturating: value))" : "\(value)"
    }
    func ranged() {
      let limits = (raw.min, raw.max)
      if limits.0 > -2e9, limits.1 < 2e9 { range = "\(number(limits.0)) to \(number(limits.1))" }
    }
    switch raw.type {
    case AV_OPT_TYPE_INT, AV_OPT_TYPE_INT64, AV_OPT_TYPE_UINT64:
      type = "integer"
      defaultValue = "\(shim_option_default_integer(option))"
      ranged()
    case AV_OPT_TYPE_BOOL:
      type = "boolean"
      defaultValue = shim_option_default_integer(option) == 1 ? "1" : "0"
    case AV_OPT_TYPE_FLAGS:
      type = "flags"
      defaultValue = "\(shim_option_default_integer(option))"
    case AV_OPT_TYPE_DOUBLE, AV_OPT_TYPE_FLOAT, AV_OPT_TYPE_RATIONAL:
      type = "number"
      defaultValue = number(shim_option_default_double(option))
      ranged()
    case AV_OPT_TYPE_DURATION: type = "duration"
    case AV_OPT_TYPE_COLOR:
      type = "colour"
      defaultValue = shim_option_default_string(option).map { String(cString: $0) }
    case AV_OPT_TYPE_IMAGE_SIZE: type = "size"
    case AV_OPT_TYPE_PIXEL_FMT: type = "pixel format"
    case AV_OPT_TYPE_STRING:
      type = "text"
      defaultValue = shim_option_default_string(option).map { String(cString: $0) }
    default: break
    }
  }
}
