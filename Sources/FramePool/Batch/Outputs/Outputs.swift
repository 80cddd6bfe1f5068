import Glibc
import Synchronization
import SystemPackage

/// The outputs of a running batch: where each is written, and its way to its final name.
final class Outputs: Sendable {
  private struct Output {
    var final: FilePath
    var part: FilePath?
  }

  private let settings: OutputSettings?
  private let directories = PartDirectories()
  private let outputs = Mutex<[Int: Output]>([:])
  private let fullDisk = Mutex<FilePath?>(nil)

  init(_ settings: OutputSettings?) {
    self.settings = settings
  }

  /// Makes the directories.
  ///
  /// - Parameter planned: For each input.
  /// - Returns: Why inputs are not worked on, by their index.
  func prepare(_ planned: [PlannedOutput]) -> [Int: BatchInput.Obstacle] {
    var obstacles: [Int: BatchInput.Obstacle] = [:]
    for (index, entry) in planned.enumerated() { obstacles[index] = entry.obstacle }
    let free = planned.filter { $0.obstacle == nil }
    let failures = OutputDirectories.prepare(free.compactMap(\.output))
    for (index, entry) in planned.enumerated() where entry.obstacle == nil {
      guard let final = entry.output else { continue }
      if let failure = failures[final.removingLastComponent()] {
        obstacles[index] = .failed(failure.code, message: "\(entry.input): \(failure)")
      } else {
        outputs.withLock { $0[index] = Output(final: final, part: nil) }
      }
    }
    return obstacles
  }

  /// What the worker of an input is to write; nil for nothing.
  func begin(_ index: Int) -> OutputJob? {
    guard let settings, let final = outputs.withLock({ $0[index]?.final }) else { return nil }
    // Where there is no place for it, the worker's own attempt says why.
    let part = (try? directories.part(for: final, index: index)) ?? final.removingLastComponent()
    outputs.withLock { $0[index]?.part = part }
    return OutputJob(part: InputPath(part), encoding: settings.encoding)
  }

  /// Gives an output its name, or removes what there is of it.
  ///
  /// - Parameters:
  ///   - index: The input's.
  ///   - source: The input.
  ///   - record: Of the input; fails when its output cannot be given its name.
  func end(_ index: Int, source: FilePath, _ record: inout FileRecord) {
    guard let settings,
      let output = outputs.withLock({ $0.removeValue(forKey: index) }), let part = output.part
    else { return }
    defer {
      _ = part.withPlatformString { unlink($0) }
      directories.release(output.final)
    }
    if record.status == .ok || record.status == .damaged {
      do throws(FramePoolError) {
        record.outputBytes = try Publisher.publish(
          part, as: output.final, replaces: settings.existing == .replace,
          timesOf: settings.keepsTimes ? source : nil)
        record.output = InputPath(output.final)
      } catch {
        record.fail(error, source)
      }
    }
    if record.error?.kind == .diskFull { fullDisk.withLock { $0 = output.final } }
  }

  /// Says of the inputs that were not started why they were not.
  func explain(_ report: inout Report) {
    guard let output = fullDisk.withLock({ $0 }) else { return }
    let place = output.removingLastComponent()
    for index in report.files.indices where report.files[index].status == .cancelled {
      let input = report.files[index].input
      report.files[index].error?.message =
        "\(input): not started, since the disk of '\(place)' is full; make room "
        + "and run the same command again with --existing skip"
    }
  }
}
