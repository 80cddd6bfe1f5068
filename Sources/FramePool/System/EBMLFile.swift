import Glibc

/// The elements of a Matroska file, as far as it takes to find one.
///
/// RFC 8794, sections 4 to 6; the names of elements by RFC 9559.
struct EBMLFile {
  static let segment: UInt32 = 0x1853_8067
  static let tracks: UInt32 = 0x1654_AE6B

  private let file: CInt

  /// All of the file.
  var contents: Range<Int> { 0..<size() }

  /// - Parameter file: An open file; borrowed.
  init(_ file: CInt) {
    self.file = file
  }

  /// Where the contents of an element lie, in bytes from the file's beginning.
  ///
  /// - Parameter path: The names of the elements around it from the outside in, and its own: of each
  ///   the first within the one before. What only mentions a name, as a SeekHead does, is not it.
  /// - Returns: The range; nil when there is no such element whose size is known.
  func range(of path: [UInt32]) -> Range<Int>? {
    var within = contents
    for name in path {
      guard let found = child(name, in: within) else { return nil }
      within = found
    }
    return within
  }

  /// Where the contents of all elements of a name lie that are directly within a range.
  func children(_ name: UInt32, in range: Range<Int>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    visit(range) { element, contents in
      if element == name { found.append(contents) }
      return found.count < Self.mostChildren
    }
    return found
  }

  /// The number that an element holds (RFC 8794, section 7.2); nil where it is longer than one can be.
  func number(in range: Range<Int>) -> UInt64? {
    guard range.count <= 8 else { return nil }
    var bytes = [UInt8](repeating: 0, count: range.count)
    guard pread(file, &bytes, bytes.count, off_t(range.lowerBound)) == bytes.count else {
      return nil
    }
    return bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// More than any file has of what is looked for.
  private static let mostChildren = 1024

  private func child(_ name: UInt32, in range: Range<Int>) -> Range<Int>? {
    var found: Range<Int>?
    visit(range) { element, contents in
      if element == name { found = contents }
      return found == nil
    }
    return found
  }

  /// Calls `body` with the name and the contents of each element in a range, while it gives true.
  private func visit(_ range: Range<Int>, _ body: (UInt32, Range<Int>) -> Bool) {
    var position = range.lowerBound
    while position < range.upperBound, let element = element(at: position) {
      let start = position + element.headerSize
      // An element without a size, as a Segment that is written live, goes on to the end.
      let end = element.size.map { start.saturatingAdd($0) } ?? range.upperBound
      guard start <= end, end <= range.upperBound, body(element.name, start..<end) else { return }
      position = end
    }
  }

  /// The name and the size of the element at a place; nil when there is none.
  private func element(at position: Int) -> (name: UInt32, headerSize: Int, size: Int?)? {
    var bytes = [UInt8](repeating: 0, count: 12)
    let count = pread(file, &bytes, bytes.count, off_t(position))
    guard count > 0 else { return nil }
    let nameLength = bytes[0].leadingZeroBitCount + 1
    guard nameLength <= 4, nameLength < count else { return nil }
    let name = bytes[..<nameLength].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let sizeLength = bytes[nameLength].leadingZeroBitCount + 1
    guard sizeLength <= 8, nameLength + sizeLength <= count else { return nil }
    let mask = UInt64(1) << UInt64(7 * sizeLength) - 1
    let raw = bytes[nameLength..<nameLength + sizeLength].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let size = raw & mask
    return (name, nameLength + sizeLength, size == mask ? nil : Int(clamping: size))
  }

  private func size() -> Int {
    var status = stat()
    return fstat(file, &status) == 0 ? Int(status.st_size) : 0
  }
}
