import CFFmpeg
import Testing

@testable import FramePool

@Suite struct PixelFormatTests {
  private func format(_ raw: AVPixelFormat) -> PixelFormat { PixelFormat(rawValue: raw.rawValue) }

  @Test func planarFormatsAreToldFromOthers() {
    for raw in [
      AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV444P12LE, AV_PIX_FMT_GRAY8,
      AV_PIX_FMT_GRAY16LE, AV_PIX_FMT_GBRP, AV_PIX_FMT_GBRAP10LE, AV_PIX_FMT_YUVA420P,
      AV_PIX_FMT_YUV410P,
    ] { #expect(format(raw).isPlanar, "\(format(raw).name)") }
    for raw in [
      AV_PIX_FMT_NV12, AV_PIX_FMT_RGB24, AV_PIX_FMT_PAL8, AV_PIX_FMT_MONOWHITE, AV_PIX_FMT_UYVY422,
      AV_PIX_FMT_P010LE, AV_PIX_FMT_GBRPF32LE, AV_PIX_FMT_YUV420P10BE, AV_PIX_FMT_BAYER_BGGR8,
      AV_PIX_FMT_VAAPI,
    ] { #expect(!format(raw).isPlanar, "\(format(raw).name)") }
  }

  @Test func packedRGBIsToldFromOthers() {
    for raw in [
      AV_PIX_FMT_RGB24, AV_PIX_FMT_BGR24, AV_PIX_FMT_RGBA, AV_PIX_FMT_BGRA, AV_PIX_FMT_ARGB,
      AV_PIX_FMT_RGB48LE, AV_PIX_FMT_RGBA64LE,
    ] { #expect(format(raw).isPlainPackedRGB, "\(format(raw).name)") }
    for raw in [
      AV_PIX_FMT_RGB565LE, AV_PIX_FMT_RGB0, AV_PIX_FMT_GBRP, AV_PIX_FMT_YUV420P,
      AV_PIX_FMT_X2RGB10LE,
    ] { #expect(!format(raw).isPlainPackedRGB, "\(format(raw).name)") }
  }

  @Test func oddSizesRoundChromaUp() {
    let sizes = (0..<4).map { plane in
      format(AV_PIX_FMT_YUVA420P).size(ofPlane: plane, width: 161, height: 121)
    }
    #expect(
      sizes == [
        .init(width: 161, height: 121), .init(width: 81, height: 61),
        .init(width: 81, height: 61), .init(width: 161, height: 121),
      ])
    let rgb = format(AV_PIX_FMT_GBRP)
    #expect(rgb.size(ofPlane: 1, width: 3, height: 3) == .init(width: 3, height: 3))
    #expect(format(AV_PIX_FMT_YUV420P).planeHeights(height: 121) == [121, 61, 61])
  }

  @Test func componentsAreFoundWhereTheyLie() {
    #expect((0..<3).map { format(AV_PIX_FMT_GBRP).plane(ofComponent: $0) } == [2, 0, 1])
    #expect(format(AV_PIX_FMT_YUVA420P).isAlpha(plane: 3))
    #expect(format(AV_PIX_FMT_YUVA420P).isChroma(plane: 2))
    #expect(!format(AV_PIX_FMT_GBRP).isChroma(plane: 2))
    #expect(format(AV_PIX_FMT_BGRA).packedOffsets == [2, 1, 0, 3])
    #expect(format(AV_PIX_FMT_ARGB).packedOffsets == [1, 2, 3, 0])
    #expect(format(AV_PIX_FMT_RGB48LE).packedOffsets == [0, 1, 2])
  }
}

@Suite struct RationalTests {
  @Test func secondsAndValues() {
    #expect(Rational(1, 90_000).seconds(45_000) == 0.5)
    #expect(Rational(30_000, 1001).value.map { abs($0 - 29.97) < 0.01 } == true)
    #expect(Rational(0, 1).value == nil)
    #expect(Rational(1, 0).value == nil)
    #expect(Rational(1, 0).seconds(3) == 0)
  }
}

@Suite struct FFmpegErrorTests {
  @Test func statusesAreCheckedAndNamed() throws {
    #expect(try check(3, "f") == 3)
    #expect(throws: FFmpegError.self) { try check(shim_averror_invaliddata, "avformat_open_input") }
    let error = FFmpegError(code: .invalidData, function: "f", logLine: "a line")
    #expect("\(error)" == "f: Invalid data found when processing input; FFmpeg says: a line")
  }
}

@Suite struct FFmpegLogTests {
  @Test func addressesAreTakenOut() {
    #expect(
      FFmpegLog.withoutAddresses("[h264 @ 0x55d0c0de40] [IMGUTILS @ 0x7ffd] no frame!\n")
        == "[h264] [IMGUTILS] no frame!")
    #expect(FFmpegLog.withoutAddresses("plain @ home") == "plain @ home")
  }
}

@Suite struct DemuxerPolicyTests {
  @Test(arguments: ["hls", "hls,applehttp", "dash", "concat", "image2", "sdp", "lavfi"])
  func openersAreKnown(name: String) {
    #expect(DemuxerPolicy.opensOtherFiles(name, flags: 0))
  }

  @Test(arguments: ["mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "gif", "png_pipe"])
  func othersAreLetThrough(name: String) {
    #expect(!DemuxerPolicy.opensOtherFiles(name, flags: 0))
    #expect(DemuxerPolicy.opensOtherFiles(name, flags: AVFMT_NOFILE))
  }
}

@Suite struct RotationTests {
  private func matrix(_ a: Int32, _ b: Int32, _ c: Int32, _ d: Int32) -> [Int32] {
    [a, b, 0, c, d, 0, 0, 0, 1 << 30]
  }

  @Test func theUsualTurns() {
    let one: Int32 = 1 << 16
    #expect(Rotation.filters(matrix(one, 0, 0, one)) == nil)
    #expect(Rotation.filters(matrix(0, one, -one, 0)) == "transpose=clock")
    #expect(Rotation.filters(matrix(0, -one, one, 0)) == "transpose=cclock")
    #expect(Rotation.filters(matrix(-one, 0, 0, -one)) == "hflip,vflip")
    #expect(Rotation.filters(matrix(one, 0, 0, -one)) == "vflip")
    #expect(Rotation.degrees(matrix(0, one, -one, 0)) == 90)
    #expect(Rotation.degrees(matrix(0, -one, one, 0)) == 270)
  }

  @Test func nonsenseTurnsNothing() {
    #expect(Rotation.filters(matrix(0, 0, 0, 0)) == nil)
    #expect(Rotation.filters([1, 2]) == nil)
  }
}
