import SystemPackage

/// One file or directory that is to be made of one input.
struct OutputTarget: Hashable {
  /// What it is.
  enum Kind: Hashable {
    case video
    case images
    case sheet
    case frameHash
  }

  var kind: Kind
  /// The final path.
  var path: FilePath
  /// Whether something has that name already.
  var isTaken = false

  /// The targets of an input.
  ///
  /// - Parameters:
  ///   - input: The file.
  ///   - index: Its place among the inputs, from 0.
  ///   - count: How many there are.
  ///   - settings: What is made.
  ///   - filters: For `{filter}`.
  ///   - videoExtension: Of the video, without a dot.
  /// - Returns: The targets, or nil when a name is too long for a file system.
  static func all(
    of input: BatchInput, index: Int, count: Int, _ settings: OutputSettings, filters: [String],
    videoExtension: String
  ) -> [OutputTarget]? {
    func name(_ pattern: NamePattern, _ ending: String) -> FilePath {
      FilePath(
        bytes: pattern.bytes(for: input.path, index: index + 1, count: count, filters: filters)
          + ending.utf8)
    }
    let directory = settings.directory.path.pushing(input.folder)
    var targets: [OutputTarget] = []
    if settings.video {
      targets.append(
        .init(
          kind: .video, path: directory.pushing(name(settings.pattern, "." + videoExtension))))
    }
    if settings.images != nil {
      targets.append(.init(kind: .images, path: directory.pushing(name(settings.pattern, ""))))
    }
    if settings.sheet {
      targets.append(
        .init(kind: .sheet, path: directory.pushing(name(settings.pattern, "-sheet.png"))))
    }
    if let pattern = settings.frameHash {
      targets.append(.init(kind: .frameHash, path: name(pattern, "")))
    }
    let isTooLong = targets.contains { target in
      target.path.components.contains {
        // NAME_MAX of Linux.
        FilePath(root: nil, components: $0).length > 255
      }
    }
    return isTooLong ? nil : targets
  }
}
