/// YUV4MPEG2 with hostile parameters: yuv4mpeg(5).
enum HostileY4M {
  static func variants(of seed: [UInt8]) -> [HostileVariant] {
    guard let end = seed.firstIndex(of: 0x0A) else { return [] }
    let words = String(decoding: seed[..<end], as: UTF8.self).split(separator: " ")
    var variants = [HostileVariant(field: "good", value: "as-is", bytes: seed)]
    func add(_ field: String, _ value: String, _ word: [UInt8], in place: Int) {
      var parts = words.map { Array($0.utf8) }
      if place < parts.count { parts[place] = word } else { parts.append(word) }
      let header = Array(parts.joined(separator: [0x20]))
      variants.append(HostileVariant(field: field, value: value, bytes: header + seed[end...]))
    }
    for (index, word) in words.enumerated() {
      guard let letter = word.first, letter != "Y" else { continue }
      let numbers = word.dropFirst().split(separator: ":")
      for (name, text) in HostileNumber.texts {
        if numbers.count == 2 {
          add("\(letter).numerator", name, Array("\(letter)\(text):\(numbers[1])".utf8), in: index)
          add(
            "\(letter).denominator", name, Array("\(letter)\(numbers[0]):\(text)".utf8), in: index)
          add("\(letter).both", name, Array("\(letter)\(text):\(text)".utf8), in: index)
        } else {
          add("\(letter)", name, Array("\(letter)\(text)".utf8), in: index)
        }
      }
    }
    for text in HostileText.all {
      add("X", text.name, [0x58] + text.bytes, in: words.count)
      add("C", text.name, [0x43] + text.bytes, in: words.count)
      let frame = seed[end...].prefix(6) + [0x20, 0x58] + text.bytes + seed[(end + 6)...]
      variants.append(
        HostileVariant(field: "FRAME.X", value: text.name, bytes: seed[..<end] + frame))
    }
    add("X", "1MiB", [0x58] + HostileText.huge, in: words.count)
    return variants
  }
}
