import Testing

@testable import FramePool

/// Timecodes as SMPTE ST 12 counts them.
@Suite struct TimecodeTests {
  @Test(arguments: [
    ("00:00:59;29", "30000/1001", 1, "00:01:00;02"),
    ("00:09:59;29", "30000/1001", 1, "00:10:00;00"),
    ("23:59:59;29", "30000/1001", 1, "00:00:00;00"),
    ("01:00:00;00", "30000/1001", 60, "01:00:02;00"),
    ("00:00:59.59", "60000/1001", 1, "00:01:00;04"), ("00:00:00:00", "25", -1, "23:59:59:24"),
    ("10:00:00:00", "24000/1001", 24, "10:00:01:00"), ("1:2:3:4", "25", 0, "01:02:03:04"),
    ("00:00:00:00", "25", Int64.max, "00:37:12:07"),
  ])
  func itIsAdvanced(text: String, rate: String, count: Int64, wanted: String) throws {
    let timecode = try #require(Timecode(text, rate: try rational(rate)))
    #expect(timecode.advanced(by: count).description == wanted)
  }

  @Test(arguments: [
    ("01:00:00:30", "50", "25", "01:00:00:15"),
    ("01:00:00;20", "30000/1001", "60000/1001", "01:00:00;40"),
    ("01:00:00:12", "25", "30", "01:00:00:14"), ("01:00:00;00", "30000/1001", "25", nil),
    ("01:00:00:00", "25", "7", nil), ("01:00:00:00", "12", "12", "01:00:00:00"),
    ("01:00:00:00", "25", "0/1", nil),
  ])
  func itIsConverted(text: String, rate: String, target: String, wanted: String?) throws {
    let timecode = try #require(Timecode(text, rate: try rational(rate)))
    #expect(timecode.converted(to: try rational(target))?.description == wanted)
  }

  @Test(arguments: [
    "", "01:00:00", "24:00:00:00", "01:60:00:00", "01:00:00:25", "01:00:00;00", "-1:00:00:00",
    "01:00:00:00:00", "99999999999999999999:00:00:00", "01.00.00.00", "a", "::::", "0١:00:00:00",
  ])
  func whatIsNoTimecodeIsNone(text: String) throws {
    #expect(Timecode(text, rate: try rational("25")) == nil)
  }

  private func rational(_ text: String) throws -> Rational {
    let parts = text.split(separator: "/").compactMap { Int32($0) }
    return Rational(try #require(parts.first), parts.count > 1 ? parts[1] : 1)
  }
}
