import Glibc

@testable import FramePool

/// What real videos have cost: of 59 clips of all kinds, decoded by one thread each, the size in
/// bytes, the CPU seconds and the extension.
enum RecordedCosts {
  static let clips: [(size: Int64, seconds: Double, suffix: String)] = [
    (5_933_626, 0.786, "avi"), (2_876_932, 0.742, "webm"), (652932, 0.608, "hevc"),
    (2_688_739, 0.602, "mp4"), (993768, 0.539, "ts"), (1_874_097, 0.534, "mov"),
    (1_739_190, 0.503, "mp4"), (930067, 0.445, "mp4"), (1_324_450, 0.416, "mov"),
    (285393, 0.367, "mp4"), (1_108_788, 0.312, "mp4"), (540548, 0.307, "mp4"),
    (2_124_405, 0.271, "mkv"), (3_034_079, 0.263, "mp4"), (8_131_690, 0.241, "avi"),
    (2_811_553, 0.218, "mp4"), (4_573_184, 0.107, "mpg"), (341381, 0.105, "mp4"),
    (1_505_751, 0.099, "mp4"), (487644, 0.072, "webm"), (672981, 0.07, "mp4"),
    (106338, 0.064, "ogg"),
    (257764, 0.062, "264"), (92099, 0.06, "mp4"), (101674, 0.058, "mp4"), (275734, 0.053, "264"),
    (275090, 0.052, "mp4"), (633435, 0.052, "ogg"), (877383, 0.049, "asf"), (336574, 0.042, "ivf"),
    (100898, 0.042, "flv"), (103299, 0.041, "mkv"), (825020, 0.039, "mpg"), (129230, 0.038, "avi"),
    (121221, 0.037, "webm"), (108855, 0.027, "webm"), (289280, 0.021, "avi"), (70976, 0.018, "mkv"),
    (30557, 0.017, "mp4"), (350542, 0.016, "apng"), (31158, 0.016, "mkv"), (528040, 0.016, "mpeg"),
    (41095, 0.015, "mp4"), (73327, 0.015, "mp4"), (28961, 0.014, "mp4"), (623042, 0.014, "mov"),
    (37496, 0.012, "webm"), (215799, 0.011, "3gp"), (31548, 0.011, "webm"), (34737, 0.01, "mp4"),
    (491853, 0.01, "avi"), (583374, 0.009, "gif"), (50163, 0.009, "webm"),
    (1_250_680, 0.006, "avi"),
    (17177, 0.006, "mov"), (88722, 0.006, "flv"), (7166, 0.005, "webm"), (132262, 0.004, "avi"),
    (30807, 0.004, "y4m"),
  ]

  /// Many videos like those: shorter and longer ones of each kind, by a factor with a long tail, and
  /// some that cost more or less than their size says.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - folders: Whether those like a clip lie in a folder of their own.
  /// - Returns: The videos, the same ones each time.
  static func batch(_ count: Int, inFolders folders: Bool) -> [ScheduleSimulation.Video] {
    var random = Repeatable(state: 1)
    return (0..<count).map { index in
      let kind = Int.random(in: clips.indices, using: &random)
      let clip = clips[kind]
      let length = exp(0.8 * normal(&random))
      let noise = exp(0.2 * normal(&random))
      return .init(
        size: max(1, Int64(saturating: Double(clip.size) * length)),
        folder: folders ? "folder \(kind)" : "folder", suffix: clip.suffix,
        cost: clip.seconds * length * noise)
    }
  }

  /// A number with the normal distribution (Box and Muller 1958).
  private static func normal(_ random: inout Repeatable) -> Double {
    let (one, other) = (
      Double.random(in: .leastNonzeroMagnitude..<1, using: &random),
      Double.random(in: 0..<1, using: &random)
    )
    return (-2 * log(one)).squareRoot() * cos(2 * .pi * other)
  }

  /// The same numbers each time (SplitMix64, Steele and others 2014).
  private struct Repeatable: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
  }
}
