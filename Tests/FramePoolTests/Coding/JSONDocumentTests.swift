import FoundationEssentials
import Testing

@testable import FramePool

@Suite struct JSONDocumentTests {
  private func bytesBeside(_ text: [UInt8]) throws -> Int {
    try JSONDocument(text).nodes.capacity * MemoryLayout<JSONDocument.Node>.stride
  }

  @Test func aTextOfManySmallValuesTakesEightTimesItsLengthAtMost() throws {
    let text = Array(("[0" + String(repeating: ",0", count: 1_000_000) + "]").utf8)
    #expect(Double(try bytesBeside(text)) < Double(text.count) * 8.1)
    let objects = Array(("[{}" + String(repeating: ",{}", count: 500_000) + "]").utf8)
    #expect(Double(try bytesBeside(objects)) < Double(objects.count) * 8.1)
  }

  @Test func aTextThatBeginsWithALongStringAndGoesOnWithSmallValuesTakesNoMore() throws {
    let text = Array(
      ("[\"" + String(repeating: "x", count: 500_000) + "\""
        + String(repeating: ",0", count: 500_000) + "]").utf8)
    #expect(Double(try bytesBeside(text)) < Double(text.count) * 8.1)
  }

  @Test func aLongStringTakesNothingBeside() throws {
    let text = Array(("[\"" + String(repeating: "x", count: 1_000_000) + "\"]").utf8)
    #expect(try bytesBeside(text) < text.count * 5 / 4)
  }

  @Test func allElementsOfALongTextAreThere() throws {
    let numbers = (0..<200_000).map { $0 % 10 }
    let text = try JSONCoding.bytes(numbers)
    #expect(try JSONCoding.decode([Int].self, from: text) == numbers)
  }

  private struct Holder: Codable, Equatable {
    var data = Data([0, 1, 254, 255])
    var list = [Data("ab".utf8), Data()]
    var none: Data?
    var some: Data? = Data([7])
    var table = ["a": Data([1, 2, 3])]
  }

  @Test func dataIsBase64AsInFoundation() throws {
    let ours = try JSONCoding.bytes(Holder())
    let text = String(decoding: ours, as: UTF8.self)
    #expect(text.hasPrefix(#"{"data":"AAH+/w==","list":["YWI=",""]"#))
    #expect(try JSONDecoder().decode(Holder.self, from: Data(ours)) == Holder())
    let theirs = try JSONEncoder().encode(Holder())
    #expect(try JSONCoding.decode(Holder.self, from: theirs) == Holder())
    #expect(try JSONCoding.text(Data([9])) == #""CQ==""#)
    #expect(try JSONCoding.decode(Data.self, from: #""CQ==""#) == Data([9]))
  }

  @Test(arguments: ["[1,2]", "\"a\"", "\"%%%%\"", "null", "7"])
  func whatIsNoBase64IsRefused(text: String) {
    #expect(throws: DecodingError.self) { try JSONCoding.decode(Data.self, from: text) }
  }
}
