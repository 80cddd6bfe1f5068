import Glibc
import SystemPackage

/// The names of a batch's outputs, settled before any work.
struct OutputNames {
  /// What was settled for one input.
  enum Decision: Equatable {
    /// These are written.
    case write([OutputTarget])
    /// They are there already and are left alone.
    case skip([OutputTarget], message: String)
    /// They cannot be written.
    case refuse([OutputTarget], message: String)

    var targets: [OutputTarget] {
      switch self {
      case .write(let targets), .skip(let targets, _), .refuse(let targets, _): targets
      }
    }
  }

  /// By the index of the input; missing for inputs that are not worked on.
  private(set) var decisions: [Int: Decision] = [:]

  /// Settles all names.
  ///
  /// - Parameters:
  ///   - inputs: All of the batch.
  ///   - settings: Where outputs go.
  ///   - filters: For `{filter}`.
  ///   - destinations: What else is written.
  ///   - isCancelled: Whether nobody wants the names any more: then they are not complete.
  ///   - videoExtension: Of an input's video, by the input's index; nil when nothing is made of it.
  init(
    _ inputs: [BatchInput], _ settings: OutputSettings, filters: [String],
    apartFrom destinations: Destinations = Destinations(),
    isCancelled: () -> Bool = { false }, videoExtension: (Int) -> String?
  ) {
    var sources: [FileIdentity: FilePath] = [:]
    for input in inputs where !isCancelled() {
      if let identity = FileIdentity(input.path, followLinks: true) {
        sources[identity] = input.path
      }
    }
    var takers: [String: [Int]] = [:]
    for (index, input) in inputs.enumerated() {
      guard !isCancelled() else { return }
      guard let ending = videoExtension(index) else { continue }
      let targets = OutputTarget.all(
        of: input, index: index, count: inputs.count, settings, filters: filters,
        videoExtension: ending)
      guard let targets else {
        decisions[index] = .refuse(
          [], message: "\(input.path): the name of its output would be longer than 255 bytes")
        continue
      }
      for target in targets { takers[Self.key(target.path), default: []].append(index) }
      if let target = targets.first(where: { destinations.flag(of: $0.path) != nil }) {
        decisions[index] = .refuse(
          targets,
          message: "\(input.path): its output '\(target.path)' is where "
            + "\(destinations.flag(of: target.path) ?? "something else") goes")
        continue
      }
      decisions[index] = Self.decide(targets, for: input, sources, settings.existing)
    }
    // Equal names, and names that are equal to a file system that does not tell case apart.
    for (key, indices) in takers where indices.count > 1 {
      let all = indices.compactMap { index in
        decisions[index]?.targets.first { Self.key($0.path) == key }?.path
      }
      let names = Set(indices).sorted().prefix(3).map { "\(inputs[$0].path)" }
        .joined(separator: ", ")
      for index in indices {
        guard case .write(let targets) = decisions[index],
          let target = targets.first(where: { takers[Self.key($0.path)]?.count ?? 0 > 1 })
        else { continue }
        let others = all.filter { $0 != target.path }
        let flag = target.kind == .frameHash ? "--framehash" : "--name"
        decisions[index] = .refuse(
          targets,
          message:
            "\(inputs[index].path): its output '\(target.path)' would have the same name as that of "
            + "another input (\(names)); "
            + (others.isEmpty ? "" : "the names differ only in case or Unicode form; ")
            + "use {index} in \(flag)")
      }
    }
  }

  private static func decide(
    _ targets: [OutputTarget], for input: BatchInput, _ sources: [FileIdentity: FilePath],
    _ existing: OutputSettings.Existing
  ) -> Decision {
    var targets = targets
    var taken: [FilePath] = []
    for place in targets.indices {
      let target = targets[place]
      let path = target.path
      guard let own = FileIdentity(path, followLinks: false) else { continue }
      targets[place].isTaken = true
      taken.append(path)
      for identity in [own, FileIdentity(path, followLinks: true)] {
        if let identity, let source = sources[identity] {
          return .refuse(
            targets,
            message: "\(input.path): its output '\(path)' is the input '\(source)'; sources are "
              + "never written to")
        }
      }
      var status = stat()
      _ = path.withPlatformString { lstat($0, &status) }
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      if isDirectory != (target.kind == .images) {
        return .refuse(
          targets,
          message: "\(input.path): its output '\(path)' is there, and is "
            + (isDirectory ? "a directory" : "no directory"))
      }
    }
    guard let first = taken.first else { return .write(targets) }
    switch existing {
    case .replace: return .write(targets)
    case .skip where taken.count == targets.count:
      return .skip(targets, message: "\(input.path): its output '\(first)' is there already")
    // What is only half there is made anew.
    case .skip: return .write(targets)
    case .fail:
      return .refuse(
        targets,
        message: "\(input.path): its output '\(first)' is there already; --existing skip leaves it "
          + "alone, --existing replace replaces it")
    }
  }

  /// What two paths have in common that a file system which does not tell case apart takes for one.
  private static func key(_ path: FilePath) -> String {
    let path = path.lexicallyNormalized()
    return path.validatedString?.lowercased() ?? "\(path.bytes)"
  }
}
