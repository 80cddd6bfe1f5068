import CFFmpeg
import Testing

@testable import FramePool

@Suite struct EncoderTests {
  @Test func framesThatAnEncoderDropsAreForgotten() throws {
    // libvpx leaves frames out where the bit rate does not last: their packets never come.
    guard let codec = avcodec_find_encoder_by_name("libvpx") else { return }
    let shape = FrameShape(
      width: 64, height: 64, pixelFormat: PixelFormat(rawValue: AV_PIX_FMT_YUV420P.rawValue))
    let first = try Frame(shape)
    var encoder = try Encoder(
      codec,
      options: [
        ("drop-threshold", "100"), ("b", "2k"), ("bufsize", "1k"), ("maxrate", "2k"),
        ("deadline", "realtime"), ("cpu-used", "16"), ("lag-in-frames", "0"),
      ],
      for: first, timeBase: Rational(1, 1000), frameRate: Rational(25, 1), threads: 1,
      needsGlobalHeader: false)
    var packets = 0
    for index in 0..<4000 {
      let frame = try Frame(shape)
      if let plane = frame.memory(ofPlane: 0) {
        for row in 0..<64 {
          for column in 0..<64 {
            plane.base[row * plane.stride + column] = UInt8(
              truncatingIfNeeded: (row &* 7919) ^ (column &* 104_729) ^ (index &* 1_299_709))
          }
        }
      }
      try encoder.send(frame, pts: Ticks(Int64(index * 40)), duration: Ticks(40))
      while try encoder.next() != nil { packets += 1 }
      #expect(encoder.heldCount <= 1024)
    }
    #expect(packets < 3000, "frames were dropped")
  }
}
