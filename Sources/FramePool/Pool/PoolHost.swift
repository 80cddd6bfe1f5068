/// Where workers run: a command that becomes a host, and how many workers it may have at once.
public struct PoolHost: Sendable, Hashable {
  /// What reports call it.
  public var name: String
  /// The command and its arguments: this program with `host`, perhaps behind `ssh` or `srun`.
  public var command: [String]
  /// How many workers run there at once, at least one.
  public var slots: Int

  /// Makes a host; nothing is started yet.
  public init(name: String, command: [String], slots: Int) {
    self.name = name
    self.command = command
    self.slots = slots
  }

  /// Why no pool can have it; nil when one can.
  var obstacle: String? {
    if command.first?.isEmpty ?? true { return "host '\(name)' has no command" }
    if slots < 1 { return "host '\(name)' has \(slots) slots: it needs one at least" }
    if slots > Wire.maximumSlots {
      return "host '\(name)' has \(slots) slots: it can have \(Wire.maximumSlots) at most"
    }
    return nil
  }

  /// A host on this machine.
  ///
  /// - Parameters:
  ///   - slots: Workers at once.
  ///   - program: The program whose `main` calls ``Host/enterIfAsked(_:tasks:information:)``; this
  ///     one unless given.
  ///   - warmUp: Arguments for the tasks' warm-up, as an initializer's in Python's pool.
  ///   - execWorkers: Whether workers are started by exec even where they could be forked.
  ///   - cpus: How many CPUs its workers may keep busy at once; nil for all that it may use.
  ///   - affinity: The numbers of the CPUs that it is kept on; empty for no such wish.
  ///   - nice: How much its workers give way to other processes, -20 to 19, as in nice(1); nil for
  ///     as much as this one does.
  /// - Returns: The host; nothing is started yet.
  public static func local(
    slots: Int, program: String = Executable.path, warmUp: [String] = [], execWorkers: Bool = false,
    cpus: Int? = nil, affinity: [Int32] = [], nice: Int32? = nil
  ) -> PoolHost {
    var options = HostOptions()
    options.execWorkers = execWorkers
    options.warmUp = warmUp
    options.cpus = cpus
    options.affinity = affinity
    options.nice = nice
    return PoolHost(name: "local", command: [program, "host"] + options.arguments, slots: slots)
  }
}
