/// One piece of a filter chain: frames go in and come out, not always one for one.
///
/// A class, because the pieces of a chain are of different types and an array holds no noncopyable
/// values; the chain is the only owner.
protocol FilterLink: AnyObject {
  /// The unit of the timestamps of the frames that come out.
  var timeBase: Rational { get }

  /// The frame rate of what comes out; 0/1 when it is unknown or not steady, nil when this piece
  /// does not know.
  var outputFrameRate: Rational? { get }

  /// Whether frames pass through untouched, as far as it is known.
  var isPassive: Bool { get }

  /// Conversions that were made on the way, in words.
  var conversions: [String] { get }

  /// Whether FFmpeg's filters were needed.
  var usedFFmpegFilters: Bool { get }

  /// What was measured over the whole video; complete once ``receive()`` has said that it ended.
  var measurements: [FilterMeasurements] { get }

  /// Takes a frame in. Called only after ``receive()`` said that input is needed.
  func send(_ frame: consuming Frame, timeBase: Rational) throws

  /// Says that no frame follows.
  func drain() throws

  /// Gives the next frame, or says what is missing.
  func receive() throws -> FilterGraph.Output
}

extension FilterLink {
  /// What comes out is what comes in.
  var outputFrameRate: Rational? { nil }

  /// No.
  var isPassive: Bool { false }

  /// Nothing was measured.
  var measurements: [FilterMeasurements] { [] }
}
