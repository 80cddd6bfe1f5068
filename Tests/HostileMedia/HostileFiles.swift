/// All hostile files, or a sample of them.
enum HostileFiles {
  /// Every field with every value: some thousand files.
  ///
  /// - Parameter seed: Runs `ffmpeg` with some arguments and gives what it writes.
  /// - Returns: The files in an order that is always the same.
  static func all(seed: (_ arguments: [String]) throws -> [UInt8]) rethrows -> [HostileFile] {
    var files: [HostileFile] = []
    for format in HostileFormat.allCases {
      for (name, arguments) in format.seeds {
        files += format.variants(of: try seed(arguments), named: name)
      }
    }
    return files
  }

  /// One file for each kind of field, up to a limit, and among them every value.
  ///
  /// It is always the same choice. It begins with one file for each value. Then it takes, of each
  /// kind of field that is not there yet, the value that was taken least before.
  static func short(of files: [HostileFile], limit: Int = 350) -> [HostileFile] {
    var dice = HostileDice()
    let shuffled = files.shuffled(using: &dice)
    var chosen: [HostileFile] = []
    var families: Set<String> = []
    var taken: [String: Int] = [:]
    func take(_ file: HostileFile) {
      chosen.append(file)
      families.insert(file.family)
      taken[file.value, default: 0] += 1
    }
    for file in shuffled where taken[file.value] == nil && !families.contains(file.family) {
      take(file)
    }
    // What only kinds of fields that are there already can have.
    for file in shuffled where taken[file.value] == nil { take(file) }
    var candidates: [String: [HostileFile]] = [:]
    for file in shuffled { candidates[file.family, default: []].append(file) }
    for file in shuffled where chosen.count < limit && !families.contains(file.family) {
      let least = candidates[file.family]?.min {
        taken[$0.value, default: 0] < taken[$1.value, default: 0]
      }
      take(least ?? file)
    }
    return chosen
  }
}
