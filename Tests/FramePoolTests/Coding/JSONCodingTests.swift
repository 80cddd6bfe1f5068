import FoundationEssentials
import Testing

@testable import FramePool

/// Foundation's coders are the measure: each must read what the other writes.
@Suite struct JSONCodingTests {
  private struct Everything: Codable, Equatable {
    enum Colour: String, Codable { case red, green }
    enum Shape: Codable, Equatable {
      case point
      case circle(radius: Double)
    }
    struct Empty: Codable, Equatable {}

    var text = "plain"
    var strange = "\"\\/\u{8}\u{c}\n\r\t\u{1}é\u{1F600}\u{2028}"
    var flag = true
    var small: Int8 = -128
    var large = UInt64.max
    var least = Int64.min
    var fraction = 0.1
    var tiny = Double.leastNonzeroMagnitude
    var huge = 1.7976931348623157e308
    var whole = 14.0
    var single: Float = 0.3
    var none: Int?
    var some: Int? = 3
    var list = [1, 2, 3]
    var nested = [["a"], [], ["b", "c"]]
    var holes: [Int?] = [1, nil, 3]
    var table = ["one": 1, "two": 2]
    var colour = Colour.green
    var shapes = [Shape.point, .circle(radius: 2.5)]
    var empty = Empty()
    var empties: [Empty] = [Empty(), Empty()]
  }

  @Test func theirsReadsOurs() throws {
    let bytes = try JSONCoding.bytes(Everything())
    #expect(try JSONDecoder().decode(Everything.self, from: Data(bytes)) == Everything())
  }

  @Test func oursReadsTheirs() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted]
    let bytes = try encoder.encode(Everything())
    #expect(try JSONCoding.decode(Everything.self, from: bytes) == Everything())
  }

  @Test func membersStandAsTheyAreDeclared() throws {
    struct Pair: Encodable {
      var second = 2.0
      var first: String?
      var last = [Bool]()
    }
    #expect(try JSONCoding.text(Pair()) == #"{"second":2,"last":[]}"#)
  }

  @Test func dictionariesCanBeSorted() throws {
    let table = Dictionary(uniqueKeysWithValues: "hgfedcba".map { (String($0), ["y": 1, "x": 2]) })
    let text = try JSONCoding.text(table, sortsDictionaries: true)
    #expect(text.hasPrefix(#"{"a":{"x":2,"y":1},"b":{"x":2,"y":1},"#))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func thereIsNoNumberForSome(value: Double) {
    #expect(throws: EncodingError.self) { try JSONCoding.bytes([value]) }
  }

  @Test(
    arguments: [
      "", " ", "{", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"a", "\"a\\", "tru", "nul",
      "[1]x", "\u{1}", "[1", "{\"a\":1", "\"\u{1}\"", ":", "[,1]",
      String(repeating: "[", count: 100_000),
    ])
  func whatIsNoJSONIsRefused(text: String) {
    #expect(throws: DecodingError.self) { try JSONCoding.decode(Anything.self, from: text) }
  }

  /// Takes any value.
  private struct Anything: Decodable {
    init(from decoder: any Swift.Decoder) throws {}
  }

  @Test(arguments: ["1e999", "abc", "\"1\"", "1.5", "300", "-1", "--1", "1-1", "null"])
  func whatIsNoByteIsRefused(text: String) {
    #expect(throws: DecodingError.self) { try JSONCoding.decode([UInt8].self, from: "[\(text)]") }
  }

  @Test(
    arguments: [("1e2", 100), ("100", 100), ("100.0", 100), (" \n7\t", 7)] as [(String, UInt8)])
  func aByteCanBeSpeltInMoreWaysThanOne(text: String, byte: UInt8) throws {
    #expect(try JSONCoding.decode([UInt8].self, from: "[\(text)]") == [byte])
  }

  @Test func aMissingMemberIsNamed() {
    struct Pair: Decodable { var first: Int }
    let error = #expect(throws: DecodingError.self) {
      try JSONCoding.decode(Pair.self, from: "{\"second\":1}")
    }
    #expect("\(error as Any)".contains("first"))
  }

  @Test func membersMayComeInAnyOrderAndMayBeUnknown() throws {
    struct Triple: Decodable, Equatable { var a: Int, b: [Int], c: String? }
    let text = #"{"z":{"a":9,"b":[9]},"c":null,"b":[1,2],"\u0061":3,"y":[[[]]]}"#
    #expect(try JSONCoding.decode(Triple.self, from: text) == Triple(a: 3, b: [1, 2], c: nil))
  }

  @Test func bytesThatAreNoTextAreRepaired() throws {
    let bytes: [UInt8] = [0x5B, 0x22, 0x61, 0xFF, 0x62, 0x22, 0x5D]
    #expect(try JSONCoding.decode([String].self, from: bytes) == ["a\u{FFFD}b"])
    #expect(try JSONCoding.decode([String].self, from: #"["\ud800x\u00"]"#).first?.isEmpty == false)
  }
}
