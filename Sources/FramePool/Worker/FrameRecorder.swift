/// Collects what was measured of each frame and sends it on, many frames at a time.
struct FrameRecorder {
  private var records = FrameRecords(names: [])

  /// About 64 KiB of text.
  private static let valuesPerPart = 4096

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
    if names == records.names, records.rows.count * names.count < Self.valuesPerPart,
      records.rows.count < Self.valuesPerPart
    {
      records.rows.append(row)
      return nil
    }
    let full = take()
    records = FrameRecords(names: names, rows: [row])
    return full
  }

  /// What is left, or nil.
  mutating func take() -> FrameRecords? {
    defer { records.rows = [] }
    return records.rows.isEmpty ? nil : records
  }
}
