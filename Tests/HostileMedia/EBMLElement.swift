/// An element of a Matroska file: RFC 8794.
struct EBMLElement {
  var id: UInt64
  /// The content where it has no children.
  var data: [UInt8] = []
  /// The children of a master element.
  var children: [EBMLElement] = []

  var kind: MatroskaKind? { MatroskaElements.kinds[id] }
  var name: String { kind?.name ?? String(id, radix: 16) }
  var isMaster: Bool { kind?.type == .master }

  /// Reads all elements in some bytes.
  ///
  /// CRC-32, Void and SeekHead are left out: they say what is right for the file as it was.
  static func read(_ bytes: ArraySlice<UInt8>) -> [EBMLElement] {
    var rest = bytes
    var elements: [EBMLElement] = []
    while let (id, _) = takeNumber(&rest, keepingMark: true),
      let (size, isUnknown) = takeNumber(&rest, keepingMark: false)
    {
      let count = isUnknown ? rest.count : min(Int(size), rest.count)
      let content = rest.prefix(count)
      rest = rest.dropFirst(count)
      if [0xBF, 0xEC, 0x114D_9B74].contains(id) { continue }
      var element = EBMLElement(id: id)
      if element.isMaster {
        element.children = read(content)
      } else {
        element.data = Array(content)
      }
      elements.append(element)
    }
    return elements
  }

  /// The element as it stands in a file, with a size of eight bytes.
  var bytes: [UInt8] {
    let content = isMaster ? children.flatMap(\.bytes) : data
    let width = (71 - max(id, 1).leadingZeroBitCount) / 8
    return ByteOrder.big.bytes(id, width: width) + [1]
      + ByteOrder.big.bytes(UInt64(content.count), width: 7) + content
  }

  /// The element with something else in one of its descendants.
  func setting(_ path: ArraySlice<Int>, to data: [UInt8]) -> EBMLElement {
    var changed = self
    if let index = path.first {
      changed.children[index] = children[index].setting(path.dropFirst(), to: data)
    } else {
      changed.data = data
    }
    return changed
  }

  /// Takes a number of variable length; an ID keeps the mark that says how long it is.
  private static func takeNumber(
    _ bytes: inout ArraySlice<UInt8>, keepingMark: Bool
  ) -> (number: UInt64, isUnknown: Bool)? {
    guard let first = bytes.first, first != 0 else { return nil }
    let width = first.leadingZeroBitCount + 1
    guard bytes.count >= width else { return nil }
    let number = UInt64(ByteOrder.big.number(bytes.prefix(width)))
    bytes = bytes.dropFirst(width)
    let mask: UInt64 = 1 << UInt64(7 * width) - 1
    return (keepingMark ? number : number & mask, number & mask == mask)
  }
}
