import Glibc
import Synchronization
import SystemPackage

/// The outputs of a running batch: where each is written, and its way to its final name.
final class Outputs: Sendable {
  private struct Output {
    var target: OutputTarget
    /// The muxer of a video.
    var container: String
    /// Where it is written, or why there is no place for that; nil until its worker is at hand.
    var part: Result<FilePath, FramePoolError>?
  }

  private let settings: OutputSettings?
  private let directories = PartDirectories()
  private let outputs = Mutex<[Int: [Output]]>([:])
  private let fullDisk = Mutex<FilePath?>(nil)
  /// Where a pipe leads to.
  private let pipe: FilePath?

  /// - Parameters:
  ///   - settings: What is made; nil for nothing.
  ///   - pipe: The pipe that frames go into.
  init(_ settings: OutputSettings?, pipe: FilePath?) {
    self.settings = settings
    self.pipe = pipe
  }

  /// Makes the directories.
  ///
  /// - Parameter planned: For each input.
  /// - Returns: Why inputs are not worked on, by their index.
  func prepare(_ planned: [PlannedOutput]) -> [Int: BatchInput.Obstacle] {
    var obstacles: [Int: BatchInput.Obstacle] = [:]
    for (index, entry) in planned.enumerated() { obstacles[index] = entry.obstacle }
    let free = planned.filter { $0.obstacle == nil }
    let failures = OutputDirectories.prepare(free.flatMap(\.outputs))
    for (index, entry) in planned.enumerated() where entry.obstacle == nil {
      if let failure = entry.outputs.lazy.compactMap({ failures[$0.directory] }).first {
        obstacles[index] = .failed(failure.code, message: "\(entry.input): \(failure)")
      } else {
        // What was planned is done, since the name says so.
        let container =
          settings?.encoding.container ?? entry.plan?.container ?? OutputPlanner.fallback.container
        outputs.withLock { outputs in
          outputs[index] = entry.targets.map { Output(target: $0, container: container) }
        }
      }
    }
    return obstacles
  }

  /// Compares what is to be written, as far as that can be told, with the room there is.
  ///
  /// - Parameters:
  ///   - planned: For each input.
  ///   - sizes: The inputs', in bytes; a guess where nobody has looked into them.
  /// - Returns: A warning, or nil.
  func lookAtRoom(_ planned: [PlannedOutput], sizes: [Int64]) -> String? {
    guard let settings, settings.video,
      let free = OutputDirectories.freeBytes(settings.directory.path)
    else { return nil }
    var expected: Int64 = 0
    for (entry, size) in zip(planned, sizes) where entry.obstacle == nil {
      expected = expected.saturatingAdd(max(0, entry.plan?.expectedBytes ?? size))
    }
    guard expected > free else { return nil }
    return "the outputs may need some \(expected >> 20) MiB, and '\(settings.directory.path)' has "
      + "\(free >> 20) MiB free"
  }

  /// Tells a job what its worker is to write.
  func begin(_ index: Int, _ job: inout VideoJob) {
    guard let settings else { return }
    if let pipe, let format = settings.pipe {
      job.sinks.append(SinkJob(.pipe(format), part: InputPath(pipe)))
    }
    var mine = outputs.withLock { $0[index] ?? [] }
    for place in mine.indices {
      let target = mine[place].target
      let made = Result { () throws(FramePoolError) in
        try directories.part(for: target.path, name: "\(index)-\(place)")
      }
      mine[place].part = made
      // Without a place the worker gets one that is not there, and ends at its first frame.
      let part = (try? made.get()) ?? FilePath("/dev/null/part")
      switch target.kind {
      case .video:
        job.output = OutputJob(part: InputPath(part), encoding: settings.encoding)
        job.output?.encoding.container = mine[place].container
      case .images:
        guard let images = settings.images else { continue }
        job.sinks.append(SinkJob(.images(images.format, images.pattern), part: InputPath(part)))
      case .sheet:
        job.sinks.append(
          SinkJob(.sheet(columns: 4, rows: 4, width: 320), part: InputPath(part)))
      case .frameHash: job.sinks.append(SinkJob(.frameHash, part: InputPath(part)))
      }
    }
    outputs.withLock { $0[index] = mine }
  }

  /// Gives an input's outputs their names, or removes what there is of them.
  ///
  /// - Parameters:
  ///   - index: The input's.
  ///   - source: The input.
  ///   - record: Of the input; fails when an output cannot be given its name.
  func end(_ index: Int, source: FilePath, _ record: inout FileRecord) {
    guard let settings, let mine = outputs.withLock({ $0.removeValue(forKey: index) }) else {
      return
    }
    for output in mine {
      guard let made = output.part else { continue }
      guard case .success(let part) = made else {
        if case .failure(let failure) = made, record.status != .cancelled {
          record.fail(failure, source)
        }
        continue
      }
      defer { directories.release(part, of: output.target.path) }
      guard record.status == .ok || record.status == .damaged else { continue }
      do throws(FramePoolError) {
        let published = try Publisher.publish(
          part, as: output.target.path, isDirectory: output.target.kind == .images,
          replaces: settings.existing == .replace || output.target.isTaken,
          timesOf: settings.keepsTimes ? source : nil)
        guard let size = published else {
          record.takenName(output.target.path, isSkipped: settings.existing == .skip)
          continue
        }
        record.outputBytes = (record.outputBytes ?? 0).saturatingAdd(size)
        record.outputs.append(InputPath(output.target.path))
        record.output = record.outputs.first
      } catch {
        record.fail(error, source)
      }
    }
    if record.error?.kind == .diskFull {
      fullDisk.withLock { $0 = mine.first?.target.path }
    }
  }

  /// Says of the inputs that were not started why they were not.
  func explain(_ report: inout Report) {
    guard let output = fullDisk.withLock({ $0 }) else { return }
    let place = output.directory
    for index in report.files.indices where report.files[index].status == .cancelled {
      let input = report.files[index].input
      report.files[index].error?.message =
        "\(input): not started, since the disk of '\(place)' is full; make room and run the same "
        + "command again with --existing skip"
    }
  }
}
