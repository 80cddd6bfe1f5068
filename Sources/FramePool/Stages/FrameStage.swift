/// A stage of the pipeline that gives frames when asked.
///
/// Each stage owns the one before it, so the last one is the pipeline, and nothing is decoded
/// before somebody asks for it.
protocol FrameStage: ~Copyable {
  /// The next frame, or nil after the last. Waiting for more input, the end of the stream and
  /// draining are the stage's own affair.
  ///
  /// - Throws: ``FramePoolError`` when nothing more can come; errors that can be passed over are
  ///   counted instead.
  mutating func next() throws(FramePoolError) -> Frame?

  /// The unit of the timestamps of the frame that was given last.
  var timeBase: Rational { get }
}
