/// Which of the known names somebody may have meant.
enum Spelling {
  /// The names most like a mistyped one, best first, at most three.
  static func nearest(to typed: String, among names: [String]) -> [String] {
    let limit = max(1, min(3, typed.count / 2))
    let scored: [(name: String, distance: Int)] = names.compactMap { name in
      let distance = distance(Array(typed.lowercased()), Array(name.lowercased()))
      let isPart = typed.count >= 3 && (name.contains(typed) || typed.contains(name))
      return distance <= limit || (isPart && name.count >= 3) ? (name, distance) : nil
    }
    return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
  }

  /// The words for a message, for example `; did you mean 'scale' or 'scale2ref'?`.
  static func question(_ names: [String]) -> String {
    guard !names.isEmpty else { return "" }
    return "; did you mean " + names.map { "'\($0)'" }.joined(separator: " or ") + "?"
  }

  /// Edits from one word to the other, swapped neighbours counting as one: the optimal string
  /// alignment distance (Boytsov 2011, section 2.1).
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var rows = [Array(0...b.count)]
    for i in 1...a.count {
      var row = [i]
      for j in 1...b.count {
        let substitution = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        var best = min(substitution, rows[i - 1][j] + 1, row[j - 1] + 1)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          best = min(best, rows[i - 2][j - 2] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
