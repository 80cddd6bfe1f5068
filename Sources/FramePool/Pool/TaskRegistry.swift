/// The tasks that a program's hosts and workers can do, by name.
struct TaskRegistry {
  /// A task without its types.
  struct Entry {
    let name: String
    let warmUp: (_ arguments: [String]) throws -> Void
    /// The longest result, in bytes of JSON.
    let maximumResult: Int
    /// Runs the task on JSON and gives JSON.
    let run: (_ input: String, _ channel: WorkerChannel) throws -> [UInt8]
  }

  private let entries: [String: Entry]

  init(_ tasks: [any PoolTask.Type]) {
    entries = Dictionary(
      tasks.map { task in (task.name, Self.entry(task)) },
      uniquingKeysWith: { first, _ in fatalError("two tasks are called '\(first.name)'") })
  }

  /// The tasks' names, sorted.
  var names: [String] { entries.keys.sorted() }

  /// The task of that name.
  func task(_ name: String) -> Entry? { entries[name] }

  /// Calls every task's warm-up.
  func warmUp(_ arguments: [String]) throws {
    for name in names { try entries[name]?.warmUp(arguments) }
  }

  private static func entry<Task: PoolTask>(_ task: Task.Type) -> Entry {
    Entry(
      name: task.name, warmUp: task.warmUp,
      maximumResult: max(0, min(task.maximumResult, Wire.maximumLine)),
      run: { json, channel in
        let input = try JSONCoding.decode(Task.Input.self, from: json)
        var context = TaskContext<Task.Progress>(channel)
        return try JSONCoding.bytes(task.run(input, &context))
      })
  }
}
