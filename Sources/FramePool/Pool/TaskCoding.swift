/// Inputs to JSON and results back.
enum TaskCoding {
  static func encode(_ input: some Encodable) throws -> String {
    try JSONCoding.text(input)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONCoding.decode(type, from: json)
  }

  /// What a worker reported, if its task takes it.
  static func progress<Task: PoolTask>(_ task: Task.Type, _ json: String) -> Task.Progress? {
    guard let progress = try? decode(Task.Progress.self, json) else { return nil }
    return task.accept(progress)
  }

  /// The typed result of a job that has ended.
  static func result<Task: PoolTask>(
    _ task: Task.Type, _ index: Int, _ job: PoolJob, _ ending: PoolJob.Ending
  ) -> TaskResult<Task.Output> {
    let outcome: Result<Task.Output, TaskFailure> = ending.outcome.flatMap { json in
      do {
        return .success(try task.accept(decode(Task.Output.self, json)))
      } catch {
        return .failure(.malformedResult("\(error)"))
      }
    }
    return TaskResult(
      index: index, outcome: outcome, attempts: job.attempts, host: job.host, pid: job.pid,
      usage: ending.usage, queuedSeconds: job.queuedSeconds,
      threads: job.startedAt == nil ? nil : job.threads, startTime: job.startedAt, log: ending.log)
  }
}
