import CLinux
import Glibc
import Synchronization
public import SystemPackage

/// The measurements of every frame of a batch on disk: `--records`.
///
/// One row per frame that comes out of a filter chain: the input, the frame's number, its time in
/// seconds and a column per measure. Videos stand in the order of the inputs, whatever the order in
/// which they were done. `.ndjson` is a JSON object a line, without the measures that a frame has
/// not; `.csv` (RFC 4180) has all columns of the batch, empty where a frame has not.
///
/// While the batch runs, rows are kept in a file without a name, which vanishes with the process.
/// The result is written beside its name and renamed when it is whole.
public final class RecordsFile: Sendable {
  private enum Format: String, CaseIterable {
    case ndjson
    case csv
  }

  /// A piece of the file without a name.
  private struct Extent {
    var offset: Int64
    var length: Int
  }

  private struct State {
    var extents: [Int: [Extent]] = [:]
    var length: Int64 = 0
    var names: Set<String> = []
    var failure: FramePoolError?
  }

  /// More columns than any chain makes.
  private static let maximumNames = 4096

  /// Where they go.
  public let path: FilePath
  private let guardsFormulas: Bool
  private let format: Format
  private let spool: CInt
  private let state = Mutex(State())

  /// Prepares to write; makes the directories that it is to lie in.
  ///
  /// - Parameters:
  ///   - path: Where; a link is written through.
  ///   - guardsFormulas: Whether cells of a table that a spreadsheet would run are marked as text.
  /// - Throws: ``FramePoolError`` of code `refused` for an unknown extension, `outputFailed` when
  ///   the directory is missing or cannot be written to.
  public init(_ path: FilePath, guardsFormulas: Bool = true) throws(FramePoolError) {
    guard let format = Format(rawValue: path.extension?.lowercased() ?? "") else {
      throw FramePoolError(.refused, "records file '\(path)' must end in .ndjson or .csv")
    }
    self.format = format
    self.path = path
    self.guardsFormulas = guardsFormulas
    try PartFile.checkPlace(of: path, what: "records")
    let directory = path.behindLinks.directory
    let spool = directory.withPlatformString {
      clinux_open($0, O_RDWR | O_CLOEXEC | CInt(clinux_unnamed_file_flag()), 0o600)
    }
    if spool >= 0 {
      self.spool = spool
      return
    }
    // Not every file system has files without a name.
    let name = directory.appending(".vidproc-\(getpid()).rows")
    let named = name.withPlatformString {
      clinux_open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    }
    guard named >= 0 else {
      throw FramePoolError(
        .outputFailed, "records '\(path)' cannot be written: \(String(cString: strerror(errno)))")
    }
    _ = name.withPlatformString { unlink($0) }
    self.spool = named
  }

  deinit {
    close(spool)
  }

  /// Forgets a video's rows: its worker begins anew.
  func begin(_ index: Int) {
    state.withLock { $0.extents[index] = nil }
  }

  /// Takes what a video's worker sent; what is no ``FrameRecords`` is left out.
  func add(_ text: String, to index: Int) {
    guard let records = try? TaskCoding.decode(FrameRecords.self, text),
      records.names.count <= Self.maximumNames
    else { return }
    let bytes = Array(text.utf8) + [0x0A]
    state.withLock { state in
      guard state.failure == nil else { return }
      guard lseek(spool, off_t(state.length), SEEK_SET) >= 0, DescriptorIO.write(bytes, to: spool)
      else {
        state.failure = failure()
        return
      }
      // A worker that a hostile file has taken over could go on inventing columns.
      if state.names.count < Self.maximumNames { state.names.formUnion(records.names) }
      state.extents[index, default: []].append(
        Extent(offset: state.length, length: bytes.count))
      state.length &+= Int64(bytes.count)
    }
  }

  /// Writes the file; one that was there before is replaced by the whole new one or not at all.
  ///
  /// - Parameter report: Names the inputs.
  /// - Throws: ``FramePoolError`` of code `outputFailed` or `diskFull`.
  public func write(_ report: Report) throws(FramePoolError) {
    let (extents, names, failure) = state.withLock { ($0.extents, $0.names.sorted(), $0.failure) }
    if let failure { throw failure }
    try PartFile.write(path, what: "records") { file throws(FramePoolError) in
      if format == .csv {
        let columns = ["input", "frame", "pts"] + names
        try file.write(
          columns.map { ReportCSV.cell($0, guardsFormulas) }.joined(separator: ",") + "\r\n")
      }
      for (index, record) in report.files.enumerated() {
        for extent in extents[index] ?? [] {
          guard let records = read(extent) else { throw self.failure() }
          try file.write(text(records, input: record.input, names))
        }
      }
    }
  }

  private func read(_ extent: Extent) -> FrameRecords? {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: extent.length) { buffer, initialized in
      count = pread(spool, buffer.baseAddress, extent.length, off_t(extent.offset))
      initialized = max(count, 0)
    }
    guard count == extent.length else { return nil }
    return try? TaskCoding.decode(FrameRecords.self, String(decoding: bytes, as: UTF8.self))
  }

  private func text(
    _ records: FrameRecords, input: InputPath, _ names: [String]
  ) throws(FramePoolError) -> String {
    switch format {
    case .ndjson:
      let input = try ReportJSON.text(input)
      let keys = try records.names.map { name throws(FramePoolError) in try ReportJSON.text(name) }
      var text = ""
      for row in records.rows {
        text += "{\"input\":\(input),\"frame\":\(row.frame)"
        if let pts = row.pts { text += ",\"pts\":\(pts)" }
        for (key, value) in zip(keys, row.values) {
          guard let value else { continue }
          text += ",\(key):"
          text += Self.isNumber(value) ? value : try ReportJSON.text(value)
        }
        text += "}\n"
      }
      return text
    case .csv:
      let input = ReportCSV.cell(input.path.string, guardsFormulas)
      let places = names.map { records.names.firstIndex(of: $0) }
      return records.rows.map { row in
        let values = places.map { place in
          place.flatMap { $0 < row.values.count ? row.values[$0] : nil } ?? ""
        }
        let fields = [input, "\(row.frame)", row.pts.map { "\($0)" } ?? ""]
        return (fields + values.map { ReportCSV.cell($0, guardsFormulas) }).joined(separator: ",")
          + "\r\n"
      }.joined()
    }
  }

  /// Whether a text is a number as JSON writes them.
  static func isNumber(_ text: String) -> Bool {
    var rest = Substring(text)
    func digits() -> Int {
      let count = rest.utf8.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == "-" { rest.removeFirst() }
    let startsWithZero = rest.first == "0"
    let whole = digits()
    guard whole > 0, whole == 1 || !startsWithZero else { return false }
    if rest.first == "." {
      rest.removeFirst()
      guard digits() > 0 else { return false }
    }
    if rest.first == "e" || rest.first == "E" {
      rest.removeFirst()
      if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  private func failure() -> FramePoolError {
    FramePoolError(
      .ofWriting(),
      "records '\(path)' cannot be written: \(String(cString: strerror(errno)))")
  }
}
