/// What stands behind `host` on the command line.
struct HostOptions: Equatable {
  /// Workers are started by exec even where they could be forked.
  var execWorkers = false
  /// How many CPUs its workers may keep busy at once; nil for all that it may use itself.
  var cpus: Int?
  /// The numbers of the CPUs that it is kept on with its workers; empty for no such wish.
  var affinity: [Int32] = []
  /// How much its workers give way to other processes, -20 to 19; nil for as much as it does.
  var nice: Int32?
  /// Arguments for the tasks' warm-up.
  var warmUp: [String] = []

  /// Nothing asked for.
  init() {}

  /// Reads the arguments; nil for one that a host does not know.
  init?(_ arguments: some Sequence<String>) {
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count == 2 ? String(parts[1]) : ""
      switch parts[0] {
      case "--exec-workers" where parts.count == 1: execWorkers = true
      case "--warm-up" where parts.count == 2: warmUp.append(value)
      case "--cpus":
        guard let number = Int(value), number > 0 else { return nil }
        cpus = number
      case "--nice":
        guard let number = Int32(value) else { return nil }
        nice = number
      case "--affinity":
        affinity = value.split(separator: ",").compactMap { Int32($0) }
        guard !affinity.isEmpty else { return nil }
      default: return nil
      }
    }
  }

  /// The arguments that say so.
  var arguments: [String] {
    (execWorkers ? ["--exec-workers"] : []) + (cpus.map { ["--cpus=\($0)"] } ?? [])
      + (nice.map { ["--nice=\($0)"] } ?? [])
      + (affinity.isEmpty
        ? [] : ["--affinity=" + affinity.map { "\($0)" }.joined(separator: ",")])
      + warmUp.map { "--warm-up=\($0)" }
  }
}
