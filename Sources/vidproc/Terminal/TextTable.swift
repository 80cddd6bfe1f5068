/// Rows of cells under a row of titles, in columns as wide as their widest cell.
struct TextTable {
  /// A column.
  struct Column {
    var title: String
    var isLeft = true
  }

  let columns: [Column]

  /// The text, a line for each row.
  ///
  /// - Parameters:
  ///   - rows: Their cells; the last one is not padded.
  ///   - notes: Lines to stand under a row, by its index.
  /// - Returns: Lines, each with its end.
  func text(_ rows: [[String]], notes: (Int) -> [String]) -> String {
    let all = [columns.map(\.title)] + rows
    let widths = columns.indices.map { column in
      all.map { Format.columns($0[column]) }.max() ?? 0
    }
    var text = ""
    for (index, row) in all.enumerated() {
      let cells = row.indices.map { column in
        column == row.count - 1
          ? row[column] : Format.padded(row[column], widths[column], left: !columns[column].isLeft)
      }
      text += cells.joined(separator: "  ") + "\n"
      if index > 0 {
        text += notes(index - 1).map { "    \(Format.printable($0))\n" }.joined()
      }
    }
    return text
  }
}
