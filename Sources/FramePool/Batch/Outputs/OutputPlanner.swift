public import SystemPackage

/// What is planned for one input of a batch.
public struct PlannedOutput: Sendable {
  /// The input.
  public var input: FilePath
  /// The final paths.
  public var outputs: [FilePath] = []
  /// How it is made; nil where that was not looked into.
  public var plan: OutputPlan?
  /// Why nothing is written.
  public var obstacle: BatchInput.Obstacle?

  var targets: [OutputTarget] = []
}

/// Plans a batch's outputs: what each will be, and what it will be called.
struct OutputPlanner {
  let inputs: [BatchInput]
  let settings: OutputSettings
  let filters: [String]
  /// What else is written.
  let destinations: Destinations
  /// Whether nobody wants the plan any more.
  let isCancelled: @Sendable () -> Bool
  /// Makes the job for the look into an input.
  let job: @Sendable (Int) -> VideoJob

  /// Plans.
  ///
  /// - Parameters:
  ///   - pool: Does the looking.
  ///   - inEachDetail: Whether each input is looked into, even where its output's name is known
  ///     without.
  /// - Returns: A plan for each input.
  /// - Throws: ``FramePoolError``: `refused` or `unsupported` for an encoder that cannot be used.
  func plan(_ pool: ProcessPool, inEachDetail: Bool) async throws -> [PlannedOutput] {
    let fixed = settings.video ? try await checkEncoder(pool) : ""
    var planned = inputs.map { PlannedOutput(input: $0.path, obstacle: $0.obstacle) }
    let isDetailed = settings.video && (inEachDetail || settings.encoding.strict)
    let looks = inputs.indices.filter { index in
      inputs[index].obstacle == nil
        && (isDetailed || fixed == nil && !Self.isSurelyMatroska(inputs[index].path))
    }
    for await result in pool.map(OutputPlanTask.self, over: looks.lazy.map(job), timeout: 120) {
      let index = looks[result.index]
      switch result.outcome {
      case .success(let plan):
        planned[index].plan = plan
        if settings.encoding.strict, !plan.losses.isEmpty {
          let error = FramePoolError(
            strictlyRefusing: plan.losses, of: inputs[index].path, isForeseen: true)
          planned[index].obstacle = .failed(error.code, message: error.message)
        }
      case .failure(let failure):
        // Its own worker will say so too, with all that belongs to a record.
        if inEachDetail, failure != .cancelled {
          planned[index].obstacle = .failed(failure.code, message: "\(failure)")
        }
      }
    }
    name(&planned, fixed)
    return planned
  }

  /// Sees that the encoder can be used.
  ///
  /// - Returns: The file name extension of the videos, where it is the same for all.
  private func checkEncoder(_ pool: ProcessPool) async throws -> String? {
    let check = try await pool.submit(EncoderCheckTask.self, settings.encoding, timeout: 60)
    do throws(TaskFailure) {
      return try check.get().fileExtension
    } catch .cancelled {
      return nil
    } catch {
      throw FramePoolError(error.code == .crashed ? .refused : error.code, "\(error)")
    }
  }

  /// What holds nearly everything: for inputs that were not, or could not be, looked into.
  static let fallback = (container: "matroska", fileExtension: "mkv")

  /// Whatever is in such a file, Matroska holds it.
  private static func isSurelyMatroska(_ path: FilePath) -> Bool {
    ["mkv", "mk3d"].contains(path.extension?.lowercased())
  }

  private func name(_ planned: inout [PlannedOutput], _ fixed: String?) {
    let endings = planned.map { entry -> String? in
      guard entry.obstacle == nil else { return nil }
      return fixed ?? entry.plan?.fileExtension ?? Self.fallback.fileExtension
    }
    let names = OutputNames(
      inputs, settings, filters: filters, apartFrom: destinations, isCancelled: isCancelled
    ) { endings[$0] }
    for (index, decision) in names.decisions {
      switch decision {
      case .write(let targets): planned[index].targets = targets
      case .skip(let targets, let message):
        planned[index].targets = targets
        planned[index].obstacle = .done(message: message)
      case .refuse(let targets, let message):
        planned[index].targets = targets
        planned[index].obstacle = .failed(.refused, message: message)
      }
      planned[index].outputs = planned[index].targets.map(\.path)
    }
  }
}
