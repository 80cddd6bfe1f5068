import FramePool

/// A way to do the work, with its commands.
struct BenchMode {
  /// What it is, and its figures as they come.
  var figures: BenchReport.Mode
  /// What is measured.
  var timed: BenchCall
  /// The same with the proof of what it did.
  var proof: BenchCall
  /// How the proof is read: frames and perhaps a checksum of each video, in the inputs' order.
  var readProof: @Sendable (BenchCall.Run) throws -> [BenchProof.Entry]
  /// Whether it measures what each video costs.
  var measuresBound = false
  /// The seconds of each measured round.
  var walls: [Double] = []
  var cpus: [Double] = []
  var entries: [BenchProof.Entry] = []
}
