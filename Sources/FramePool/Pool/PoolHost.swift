/// Where workers run: a command that becomes a host, and how many workers it may have at once.
public struct PoolHost: Sendable, Hashable {
  /// What reports call it.
  public var name: String
  /// The command and its arguments: this program with `host`, perhaps behind `ssh` or `srun`.
  public var command: [String]
  /// How many workers run there at once.
  public var slots: Int

  /// Makes a host; nothing is started yet.
  public init(name: String, command: [String], slots: Int) {
    self.name = name
    self.command = command
    self.slots = max(1, slots)
  }

  /// A host on this machine.
  ///
  /// - Parameters:
  ///   - slots: Workers at once.
  ///   - program: The program whose `main` calls ``Host/enterIfAsked(_:tasks:information:)``; this
  ///     one unless given.
  ///   - warmUp: Arguments for the tasks' warm-up, as an initializer's in Python's pool.
  ///   - execWorkers: Whether workers are started by exec even where they could be forked.
  /// - Returns: The host; nothing is started yet.
  public static func local(
    slots: Int, program: String = Executable.path, warmUp: [String] = [], execWorkers: Bool = false
  ) -> PoolHost {
    PoolHost(
      name: "local",
      command: [program, "host"] + warmUp.map { "--warm-up=\($0)" }
        + (execWorkers ? ["--exec-workers"] : []),
      slots: slots)
  }
}
