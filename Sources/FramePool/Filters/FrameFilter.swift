/// A filter of vidproc's own, or of yours: frames in, frames out, on planes in the decoder's own
/// format.
///
/// One file is enough for a filter: a type that conforms to this protocol. Register it by
/// ``FilterCatalog/register(_:)`` and it can stand in any chain, with its options checked, listed
/// and documented like the others.
///
/// ```swift
/// final class Posterize: FrameFilter {
///   static let name = "posterize"
///   static let summary = "Leave so many steps of brightness."
///   static let steps = FilterOption.integer("steps", "how many", in: 2...64, default: 4)
///   static var options: [any AnyFilterOption] { [steps] }
///
///   private let step: UInt8
///   init(_ options: FilterOptions) { step = UInt8(256 / options[Self.steps]) }
///
///   func takes(_ format: PixelFormat) -> Bool { format.isPlanar && format.depth == 8 }
///
///   func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
///     var result = try output.makeWritable(frame)
///     var luma = result.mutablePlane(0, as: UInt8.self)
///     for y in 0..<luma.height {
///       var row = luma.row(y)
///       for x in row.indices { row[x] = row[x] / step * step }
///     }
///     output.emit(result)
///   }
/// }
/// ```
///
/// A filter is made once for each video, lives as long as it and may keep state from frame to
/// frame. Everything happens on one thread.
public protocol FrameFilter: AnyObject, SendableMetatype {
  /// What the filter is called on the command line: a name that FFmpeg has no filter of.
  static var name: String { get }

  /// What it does, in a sentence.
  static var summary: String { get }

  /// A chain that uses it; the name alone unless implemented.
  static var example: String { get }

  /// The options that it takes, in the order in which values without a name are given to them; none
  /// unless implemented.
  static var options: [any AnyFilterOption] { get }

  /// Takes the options of one place in a chain. They are within their ranges already.
  ///
  /// - Throws: A ``FramePoolError`` of code `refused` for a combination that makes no sense.
  init(_ options: FilterOptions) throws

  /// Whether frames of this layout are taken as they are. Others are converted before, once, to
  /// the nearest layout that is taken, and the video's record says so.
  ///
  /// All ``PixelFormat/isPlanar`` formats unless implemented.
  func takes(_ format: PixelFormat) -> Bool

  /// The size and layout of the frames that come out for frames that go in; the same unless
  /// implemented.
  func shape(after input: FrameShape) -> FrameShape

  /// How many frames before a frame its result depends on; 0 unless implemented, `Int.max` for all
  /// of them.
  var lookBehind: Int { get }

  /// How many frames after a frame its result depends on; 0 unless implemented.
  var lookAhead: Int { get }

  /// Whether frames pass through untouched and only measurements are made of them; false unless
  /// implemented. A layout that it does not take is then converted for it alone.
  static var onlyMeasures: Bool { get }

  /// Filters a frame: emits it changed, another one, several, or none.
  ///
  /// - Parameters:
  ///   - frame: The filter's own from here on. Its planes may be written where it
  ///     ``Frame/isWritable``.
  ///   - output: Takes the frames that come out, in order, and has memory for new ones.
  /// - Throws: Anything; it ends the video, which fails with that message.
  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws

  /// Emits what is held back, after the last frame; nothing unless implemented.
  ///
  /// - Throws: As ``filter(_:into:)``.
  func finish(into output: inout FilterOutput) throws

  /// What was measured over the whole video, for the report; nothing unless implemented. Called
  /// once, after ``finish(into:)``.
  func measurements() -> [String: MeasureValue]
}

extension FrameFilter {
  /// The name alone.
  public static var example: String { name }

  /// None.
  public static var options: [any AnyFilterOption] { [] }

  /// False.
  public static var onlyMeasures: Bool { false }

  /// All formats with a plane of 8 to 16-bit samples for each component.
  public func takes(_ format: PixelFormat) -> Bool { format.isPlanar }

  /// The same.
  public func shape(after input: FrameShape) -> FrameShape { input }

  /// None.
  public var lookBehind: Int { 0 }

  /// None.
  public var lookAhead: Int { 0 }

  /// Nothing is held back.
  public func finish(into output: inout FilterOutput) throws {}

  /// Nothing was measured.
  public func measurements() -> [String: MeasureValue] { [:] }
}
