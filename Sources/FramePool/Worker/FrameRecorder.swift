/// Collects what was measured of each frame and sends it on, many frames at a time.
struct FrameRecorder {
  private var records = FrameRecords(names: [])

  /// About 64 KiB of text, where values are numbers.
  private static let valuesPerPart = 4096
  /// Bytes of values in a part at most, and one frame's more.
  private static let bytesPerPart = 32 << 10
  private var bytes = 0

  /// Takes a frame's measurements.
  ///
  /// - Returns: Records that are to be sent, when there are enough.
  mutating func add(
    _ frame: borrowing Frame, index: Int, timeBase: Rational
  ) -> FrameRecords? {
    let notes = frame.notes
    let names = notes.map(\.name)
    let row = FrameRecords.Row(
      frame: index, pts: frame.pts.map { timeBase.seconds($0) }, values: notes.map(\.value))
    // Most frames of a video have the same measures.
    let size = notes.reduce(0) { $0 + $1.value.utf8.count }
    if names == records.names, records.rows.count * names.count < Self.valuesPerPart,
      records.rows.count < Self.valuesPerPart, bytes + size <= Self.bytesPerPart || bytes == 0
    {
      bytes += size
      records.rows.append(row)
      return nil
    }
    let full = take()
    records = FrameRecords(names: names, rows: [row])
    bytes = size
    return full
  }

  /// What is left, or nil.
  mutating func take() -> FrameRecords? {
    defer {
      records.rows = []
      bytes = 0
    }
    return records.rows.isEmpty ? nil : records
  }
}
