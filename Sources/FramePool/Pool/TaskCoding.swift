/// Inputs to JSON and results back.
enum TaskCoding {
  static func encode(_ input: some Encodable) throws -> String {
    try JSONCoding.text(input)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONCoding.decode(type, from: json)
  }

  /// The typed result of a job that has ended.
  static func result<Output: Decodable & Sendable>(
    _ index: Int, _ job: PoolJob, _ ending: PoolJob.Ending
  ) -> TaskResult<Output> {
    let outcome: Result<Output, TaskFailure> = ending.outcome.flatMap { json in
      do {
        return .success(try decode(Output.self, json))
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
