import CFFmpeg
import SystemPackage
import Testing

@testable import FramePool

/// The sizes in the headers of VP8 and VP9.
@Suite struct VPXHeaderTests {
  private let directory = TemporaryDirectory()

  /// Makes a video of 162 x 98 pixels and gives the size that each packet claims.
  private func sizes(_ arguments: [String]) async throws -> [Int] {
    let path = directory.path.appending("a.webm")
    _ = try await Run.program(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=162x98:r=10:d=2"] + arguments
        + [path.string])
    var demuxer = try Demuxer(
      opening: path, options: .init(maxPixels: 1 << 20, allowPlaylists: false))
    let codec = demuxer.stream.pointee.codecpar.pointee.codec_id
    var sizes: [Int] = []
    while let packet = demuxer.next() { sizes.append(VPXHeader.pixels(of: packet, codec)) }
    return sizes
  }

  @Test(arguments: [
    ["-c:v", "libvpx"], ["-c:v", "libvpx-vp9"], ["-c:v", "libvpx-vp9", "-pix_fmt", "yuv444p"],
    ["-c:v", "libvpx-vp9", "-pix_fmt", "gbrp"], ["-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p10"],
    ["-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", "-auto-alt-ref", "1", "-lag-in-frames", "16"],
    ["-c:v", "libvpx-vp9", "-error-resilient", "1", "-deadline", "realtime"],
  ])
  func theyAreFound(arguments: [String]) async throws {
    let sizes = try await sizes(arguments)
    #expect(sizes.first == 162 * 98)
    #expect(sizes.allSatisfy { $0 == 0 || $0 == 162 * 98 })
    #expect(sizes.count >= 18)
  }
}
