/// What a point filter does to samples, for frames of one ``FrameColour``.
///
/// Steps are data, so that those of neighbouring filters can be put together: a chain of maps is
/// one table.
enum PointStep {
  /// Each sample but alpha becomes the largest value minus itself.
  case invert
  /// The colour goes: chroma becomes neutral; red, green and blue become luma.
  case gray
  /// Each sample is mapped: luma, or red, green and blue, by the first function, chroma by the
  /// second (nil leaves it). Both take and give values from 0 to the largest.
  case map((Int) -> Int, chroma: ((Int) -> Int)?)
  /// Red, green and blue move away from luma: `keep` / 4096 of their distance is left. For RGB
  /// only; for YUV that is a map of the chroma.
  case saturate(keep: Int32)
  /// A new colour for each luma value: Y, U and V, or red, green and blue. U and V are looked up
  /// with the mean luma of the pixels that they belong to.
  case tint([(Int) -> Int])
}

/// A filter whose result at a sample depends on that pixel alone.
///
/// Neighbouring point filters of a chain are done in one pass.
protocol PointFilter: FrameFilter {
  /// What is done to frames of that colour.
  func steps(for colour: FrameColour) -> [PointStep]
}

extension PointFilter {
  // In a pipeline point filters, single ones too, are put into a `PointChain`, which keeps its
  // tables; this is for one that is called by itself.
  func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
    try PointChain([self]).filter(frame, into: &output)
  }
}
