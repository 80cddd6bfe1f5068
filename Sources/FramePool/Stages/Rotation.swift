import CFFmpeg
import Glibc

/// What is done about a display matrix: a camera held on its side, a mirrored picture.
public enum RotationPolicy: String, Codable, Sendable, CaseIterable {
  /// Turn the pixels, so that every frame is upright; the matrix goes.
  case auto
  /// Leave the pixels and keep the matrix for whoever shows the video.
  case keep
  /// Leave the pixels, and let no output carry the matrix.
  case ignore
}

/// A display matrix read as filters.
///
/// The matrix is `AV_PKT_DATA_DISPLAYMATRIX`'s: nine numbers, rows of 16.16, 16.16 and 2.30 fixed
/// point. The choice of filters is the one FFmpeg's own tools make, mirrored pictures included.
enum Rotation {
  /// The angle in degrees, clockwise, from 0 up to 360, by which the picture must be turned.
  static func degrees(_ matrix: [Int32]) -> Double {
    let counterclockwise = matrix.withUnsafeBufferPointer { values in
      values.baseAddress.map { av_display_rotation_get($0) } ?? 0
    }
    guard counterclockwise.isFinite else { return 0 }
    let angle = -counterclockwise.rounded()
    return angle - 360 * (angle / 360 + 0.9 / 360).rounded(.down)
  }

  /// FFmpeg's filters that make the picture upright, or nil when it is already.
  static func filters(_ matrix: [Int32]) -> String? {
    guard matrix.count == 9 else { return nil }
    let angle = degrees(matrix)
    if abs(angle - 90) < 1 {
      return matrix[3] > 0 ? "transpose=cclock_flip" : "transpose=clock"
    }
    if abs(angle - 270) < 1 {
      return matrix[3] < 0 ? "transpose=clock_flip" : "transpose=cclock"
    }
    if abs(angle - 180) < 1 {
      let flips = (matrix[0] < 0 ? ["hflip"] : []) + (matrix[4] < 0 ? ["vflip"] : [])
      return flips.isEmpty ? nil : flips.joined(separator: ",")
    }
    if abs(angle) > 1 { return "rotate=\(angle)*PI/180" }
    return matrix[4] < 0 ? "vflip" : nil
  }
}
