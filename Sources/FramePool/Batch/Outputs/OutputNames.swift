import Glibc
import SystemPackage

/// The names of a batch's outputs, settled before any work.
struct OutputNames {
  /// What was settled for one input.
  enum Decision: Equatable {
    /// It is written to this path.
    case write(FilePath)
    /// Its output is there already and is left alone.
    case skip(FilePath, message: String)
    /// It cannot be written.
    case refuse(FilePath?, message: String)
  }

  /// By the index of the input; missing for inputs that are not worked on.
  private(set) var decisions: [Int: Decision] = [:]

  /// A file's identity, whatever its names.
  private struct Identity: Hashable {
    let device: dev_t
    let inode: ino_t

    init?(_ path: FilePath, followLinks: Bool) {
      var status = stat()
      let result = path.withPlatformString {
        followLinks ? stat($0, &status) : lstat($0, &status)
      }
      guard result == 0 else { return nil }
      (device, inode) = (status.st_dev, status.st_ino)
    }
  }

  /// Settles all names.
  ///
  /// - Parameters:
  ///   - inputs: All of the batch.
  ///   - settings: Where outputs go.
  ///   - filters: For `{filter}`.
  ///   - fileExtension: Of an input's output, by the input's index; nil when it gets none.
  init(
    _ inputs: [BatchInput], _ settings: OutputSettings, filters: [String],
    fileExtension: (Int) -> String?
  ) {
    var sources: [Identity: FilePath] = [:]
    for input in inputs {
      if let identity = Identity(input.path, followLinks: true) { sources[identity] = input.path }
    }
    var takers: [String: [Int]] = [:]
    for (index, input) in inputs.enumerated() {
      guard let ending = fileExtension(index) else { continue }
      let path = Self.path(
        for: input, index: index, count: inputs.count, settings, filters: filters, ending: ending)
      guard let path else {
        decisions[index] = .refuse(
          nil, message: "\(input.path): the name of its output would be longer than 255 bytes")
        continue
      }
      takers[Self.key(path), default: []].append(index)
      decisions[index] = Self.decide(path, for: input, sources, settings.existing)
    }
    // Equal names, and names that are equal to a file system that does not tell case apart.
    for indices in takers.values where indices.count > 1 {
      let names = indices.prefix(3).map { "\(inputs[$0].path)" }.joined(separator: ", ")
      for index in indices {
        guard case .write(let path) = decisions[index] else { continue }
        decisions[index] = .refuse(
          path,
          message: "\(inputs[index].path): its output '\(path)' would have the same name as that of "
            + "another input (\(names)); use {index} in --name")
      }
    }
  }

  private static func decide(
    _ path: FilePath, for input: BatchInput, _ sources: [Identity: FilePath],
    _ existing: OutputSettings.Existing
  ) -> Decision {
    guard let own = Identity(path, followLinks: false) else { return .write(path) }
    for identity in [own, Identity(path, followLinks: true)] {
      if let identity, let source = sources[identity] {
        return .refuse(
          path,
          message: "\(input.path): its output '\(path)' is the input '\(source)'; sources are never "
            + "written to")
      }
    }
    var status = stat()
    _ = path.withPlatformString { lstat($0, &status) }
    if status.st_mode & S_IFMT == S_IFDIR {
      return .refuse(path, message: "\(input.path): its output '\(path)' is a directory")
    }
    switch existing {
    case .replace: return .write(path)
    case .skip: return .skip(path, message: "\(input.path): its output '\(path)' is there already")
    case .fail:
      return .refuse(
        path,
        message: "\(input.path): its output '\(path)' is there already; --existing skip leaves it "
          + "alone, --existing replace replaces it")
    }
  }

  /// The path of an output, or nil when a part of it is too long for a file system.
  private static func path(
    for input: BatchInput, index: Int, count: Int, _ settings: OutputSettings, filters: [String],
    ending: String
  ) -> FilePath? {
    let name = settings.pattern.bytes(
      for: input.path, index: index + 1, count: count, filters: filters)
    let path = settings.directory.path.pushing(input.folder)
      .pushing(FilePath(bytes: name + [0x2E] + ending.utf8))
    let parts = path.components.map { FilePath(root: nil, components: $0).length }
    return parts.contains { $0 > Int(NAME_MAX) } ? nil : path
  }

  /// What two paths have in common that a file system which does not tell case apart takes for one.
  private static func key(_ path: FilePath) -> String {
    let path = path.lexicallyNormalized()
    return path.validatedString?.lowercased() ?? "\(path.bytes)"
  }
}
