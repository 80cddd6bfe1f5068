/// A transport stream with hostile tables and times: ISO/IEC 13818-1.
enum HostileTS {
  static func variants(of seed: [UInt8]) -> [HostileVariant] {
    var variants = [HostileVariant(field: "good", value: "as-is", bytes: seed)]
    let fields = fields(of: seed)
    for field in fields {
      for (name, number) in HostileNumber.forBits(field.bits) {
        var bytes = seed
        field.write(number, to: &bytes)
        variants.append(HostileVariant(field: field.name, value: name, bytes: bytes))
      }
    }
    // A time that differs from those beside it is dropped as an error; all at once are not.
    for kind in ["pts", "dts", "pcr"] {
      for (name, number) in HostileNumber.forBits(33) {
        var bytes = seed
        for field in self.fields(of: seed, first: .max) where field.name.hasSuffix(kind) {
          field.write(number, to: &bytes)
        }
        variants.append(HostileVariant(field: "all-\(kind)", value: name, bytes: bytes))
      }
    }
    return variants + texts(seed)
  }

  /// Some bits of a file.
  private struct BitField {
    var name: String
    /// Counted from the highest bit of the first byte.
    var bit: Int
    var bits: Int
    /// Whether there is a marker bit behind the third, the 18th and the 33rd, as in a PTS.
    var isTime = false
    /// The section whose CRC has to be made right.
    var section: Range<Int>?

    func write(_ number: UInt64, to bytes: inout [UInt8]) {
      var place = bit
      for index in 0..<bits {
        let isSet = number >> UInt64(bits - 1 - index) & 1 == 1
        let mask: UInt8 = 0x80 >> UInt8(place % 8)
        if isSet { bytes[place / 8] |= mask } else { bytes[place / 8] &= ~mask }
        place += 1
        if isTime, index == 2 || index == 17 { place += 1 }
      }
      if let section { HostileTS.sign(section, in: &bytes) }
    }
  }

  private static func sign(_ section: Range<Int>, in bytes: inout [UInt8]) {
    let end = section.upperBound - 4
    let crc = HostileChecksum.section(bytes[section.lowerBound..<end])
    bytes.replaceSubrange(
      end..<section.upperBound, with: ByteOrder.big.bytes(UInt64(crc), width: 4))
  }

  /// The fields of the first packets of each stream that begin something.
  private static func fields(of bytes: [UInt8], first limit: Int = 2) -> [BitField] {
    var fields: [BitField] = []
    var starts: [Int: Int] = [:]
    var clocks = 0
    for packet in stride(from: 0, to: bytes.count - 187, by: 188) {
      let pid = ByteOrder.big.number(bytes[packet + 1..<packet + 3]) & 0x1FFF
      var payload = packet + 4
      if bytes[packet + 3] & 0x20 != 0 {
        payload += 1 + Int(bytes[packet + 4])
        if bytes[packet + 4] > 6, bytes[packet + 5] & 0x10 != 0, clocks < limit {
          clocks += 1
          fields.append(BitField(name: "\(clocks).pcr", bit: 8 * (packet + 6), bits: 33))
          fields.append(BitField(name: "\(clocks).pcrext", bit: 8 * (packet + 11) + 7, bits: 9))
          fields.append(BitField(name: "\(clocks).adaptation", bit: 8 * (packet + 4), bits: 8))
        }
      }
      guard bytes[packet + 1] & 0x40 != 0, payload + 14 < packet + 188 else { continue }
      let number = starts[pid, default: 0] + 1
      starts[pid] = number
      guard number <= limit else { continue }
      let name = "pid\(pid)-\(number)"
      if bytes[payload..<payload + 3].elementsEqual([0, 0, 1]) {
        fields += times(bytes, at: payload, name: name)
      } else if number == 1 {
        fields.append(BitField(name: "\(name).packetpid", bit: 8 * packet + 11, bits: 13))
        fields += section(bytes, at: payload + 1 + Int(bytes[payload]), name: name)
      }
    }
    return fields
  }

  /// The header of a PES packet: section 2.4.3.6.
  private static func times(_ bytes: [UInt8], at pes: Int, name: String) -> [BitField] {
    var fields = [
      BitField(name: "\(name).stream", bit: 8 * (pes + 3), bits: 8),
      BitField(name: "\(name).length", bit: 8 * (pes + 4), bits: 16),
      BitField(name: "\(name).header", bit: 8 * (pes + 8), bits: 8),
    ]
    if bytes[pes + 7] & 0x80 != 0 {
      fields.append(BitField(name: "\(name).pts", bit: 8 * (pes + 9) + 4, bits: 33, isTime: true))
    }
    if bytes[pes + 7] & 0x40 != 0 {
      fields.append(BitField(name: "\(name).dts", bit: 8 * (pes + 14) + 4, bits: 33, isTime: true))
    }
    return fields
  }

  /// The tables of programs and of their streams: sections 2.4.4.3 and 2.4.4.8.
  private static func section(_ bytes: [UInt8], at start: Int, name: String) -> [BitField] {
    let length = ByteOrder.big.number(bytes[start + 1..<start + 3]) & 0xFFF
    let whole = start..<min(start + 3 + length, bytes.count)
    let table = "\(name).table\(bytes[start])"
    func field(_ part: String, _ byte: Int, _ bit: Int, _ bits: Int) -> BitField {
      BitField(name: "\(table).\(part)", bit: 8 * (start + byte) + bit, bits: bits, section: whole)
    }
    var fields = [
      field("id", 0, 0, 8), field("length", 1, 4, 12), field("number", 3, 0, 16),
      field("version", 5, 0, 8), field("section", 6, 0, 8), field("last", 7, 0, 8),
    ]
    switch bytes[start] {
    case 0: fields += [field("program", 8, 0, 16), field("programpid", 10, 3, 13)]
    case 2:
      fields += [
        field("pcrpid", 8, 3, 13), field("infolength", 10, 4, 12), field("type", 12, 0, 8),
        field("streampid", 13, 3, 13), field("streaminfo", 15, 4, 12),
      ]
    case 0x42:
      fields += [
        field("network", 8, 0, 16), field("service", 11, 0, 16), field("descriptors", 14, 4, 12),
        field("tag", 16, 0, 8), field("taglength", 17, 0, 8), field("provider", 19, 0, 8),
      ]
    default: break
    }
    return fields
  }

  /// The name of the service, and who offers it.
  ///
  /// They stay as long as they are, since a section has to fit its packet.
  private static func texts(_ seed: [UInt8]) -> [HostileVariant] {
    guard
      let packet = stride(from: 0, to: seed.count - 187, by: 188).first(where: {
        ByteOrder.big.number(seed[$0 + 1..<$0 + 3]) & 0x1FFF == 17
      })
    else { return [] }
    let start = packet + 5
    let length = ByteOrder.big.number(seed[start + 1..<start + 3]) & 0xFFF
    let provider = start + 20
    let name = provider + Int(seed[provider - 1]) + 1
    return HostileText.all.flatMap { text in
      [("provider", provider), ("name", name)].map { part, place in
        var bytes = seed
        let room = Int(seed[place - 1])
        let padded = text.bytes.prefix(room) + Array(repeating: 0x20, count: room)
        bytes.replaceSubrange(place..<place + room, with: padded.prefix(room))
        sign(start..<start + 3 + length, in: &bytes)
        return HostileVariant(field: "service.\(part)", value: text.name, bytes: bytes)
      }
    }
  }
}
