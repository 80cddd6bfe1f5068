/// How far a worker has come with its video.
public struct VideoProgress: Codable, Hashable, Sendable {
  /// Frames out of the filter chain.
  public var frames: Int
  /// The last frame's timestamp in seconds.
  public var timestamp: Double?
  /// The video's duration in seconds, as the container says.
  public var duration: Double?

  /// The share that is done, 0 to 1, as far as the container's word can be trusted.
  public var fraction: Double? {
    guard let timestamp, let duration, duration > 0 else { return nil }
    return min(1, max(0, timestamp / duration))
  }
}
