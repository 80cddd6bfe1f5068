/// A number at which arithmetic goes wrong.
struct HostileNumber {
  /// Such as `2^31`, for the names of files.
  var name: String
  /// As an integer of 64 bits, where it is one.
  var integer: UInt64?
  /// As a floating point number.
  var float: Double

  /// The ends of the integer types, and of the integers that a `Double` holds.
  static let integers = [
    HostileNumber(name: "0", signed: 0),
    HostileNumber(name: "1", signed: 1),
    HostileNumber(name: "-1", signed: -1),
    HostileNumber(name: "2^31-1", signed: 1 << 31 - 1),
    HostileNumber(name: "2^31", signed: 1 << 31),
    HostileNumber(name: "2^32-1", signed: 1 << 32 - 1),
    HostileNumber(name: "2^32", signed: 1 << 32),
    HostileNumber(name: "2^53", signed: 1 << 53),
    HostileNumber(name: "2^63-1", signed: .max),
    HostileNumber(name: "-2^63", signed: .min),
  ]

  /// What only a floating point number can be.
  static let floats = [
    HostileNumber(name: "nan", integer: nil, float: .nan),
    HostileNumber(name: "inf", integer: nil, float: .infinity),
    HostileNumber(name: "-inf", integer: nil, float: -.infinity),
    HostileNumber(name: "1e300", integer: nil, float: 1e300),
    HostileNumber(name: "1e-300", integer: nil, float: 1e-300),
  ]

  /// The numbers for an integer of so many bits: those that it holds, and its own ends.
  static func forBits(_ bits: Int) -> [(name: String, number: UInt64)] {
    let mask: UInt64 = bits >= 64 ? .max : 1 << UInt64(bits) - 1
    var seen: Set<UInt64> = []
    var numbers: [(name: String, number: UInt64)] = []
    for number in integers {
      guard let integer = number.integer else { continue }
      // All bits set is -1, which any width holds.
      let fits = integer <= mask || integer == .max
      if fits, seen.insert(integer & mask).inserted {
        numbers.append((number.name, integer & mask))
      }
    }
    for (name, end) in [("2^\(bits - 1)-1", mask >> 1), ("2^\(bits - 1)", mask >> 1 + 1)]
    where seen.insert(end).inserted {
      numbers.append((name, end))
    }
    return numbers
  }

  /// The bytes for an integer field of so many bytes.
  static func bytes(width: Int, order: ByteOrder) -> [(name: String, bytes: [UInt8])] {
    forBits(8 * width).map { ($0.name, order.bytes($0.number, width: width)) }
  }

  /// The bytes for a floating point field of 4 or 8 bytes.
  static func floatBytes(width: Int, order: ByteOrder) -> [(name: String, bytes: [UInt8])] {
    (integers + floats).map { number in
      let bits = width == 4 ? UInt64(Float(number.float).bitPattern) : number.float.bitPattern
      return (number.name, order.bytes(bits, width: width))
    }
  }

  /// What to write where a number is text.
  static var texts: [(name: String, text: String)] {
    let plain = ["0", "1", "-1", "2147483647", "2147483648", "4294967295", "4294967296"]
    let large = [
      "9007199254740992", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
      "18446744073709551616",
    ]
    return (plain + large + ["nan", "inf", "-inf", "1e300", ""]).map { ($0, $0) }
  }
}

extension HostileNumber {
  private init(name: String, signed: Int64) {
    self.init(name: name, integer: UInt64(bitPattern: signed), float: Double(signed))
  }
}
