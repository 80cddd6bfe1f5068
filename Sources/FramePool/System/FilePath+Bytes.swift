package import SystemPackage

extension FilePath {
  /// The path with these bytes, which need not be UTF-8.
  package init(bytes: some Sequence<UInt8>) {
    let text = bytes.map { CChar(bitPattern: $0) } + [0]
    self = text.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { FilePath(platformString: $0) } ?? FilePath()
    }
  }

  /// The path of what has a name in this directory.
  ///
  /// - Parameter name: One part of a path, which ends with a zero.
  /// - Returns: The path with the name after its last separator.
  package func appending(bytes name: [CChar]) -> FilePath {
    withPlatformString { start in
      var text = [CChar]()
      text.reserveCapacity(length + name.count + 1)
      text += UnsafeBufferPointer(start: start, count: length)
      if let last = text.last, last != 0x2F { text.append(0x2F) }
      text += name
      return text.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { FilePath(platformString: $0) } ?? self
      }
    }
  }

  /// The path as C wants it: any bytes, then a zero.
  package var bytes: [CChar] {
    withPlatformString { start in
      Array(UnsafeBufferPointer(start: start, count: length + 1))
    }
  }

  /// The last part's name without its extension, in whatever bytes it has.
  var stemBytes: [UInt8] {
    let name = lastComponent.map { FilePath(root: nil, components: $0) } ?? self
    let bytes = name.bytes.dropLast().map { UInt8(bitPattern: $0) }
    guard let dot = bytes.lastIndex(of: 0x2E), dot > 0 else { return bytes }
    return Array(bytes[..<dot])
  }

  /// The path as text, or nil when its bytes are not UTF-8.
  var validatedString: String? {
    String(validating: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
