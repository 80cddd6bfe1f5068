/// What stands behind `host` on the command line.
struct HostOptions: Equatable {
  /// Workers are started by exec even where they could be forked.
  var execWorkers = false
  /// Arguments for the tasks' warm-up.
  var warmUp: [String] = []

  /// Reads the arguments; nil for one that a host does not know.
  init?(_ arguments: some Sequence<String>) {
    let prefix = "--warm-up="
    for argument in arguments {
      if argument == "--exec-workers" {
        execWorkers = true
      } else if argument.hasPrefix(prefix) {
        warmUp.append(String(argument.dropFirst(prefix.count)))
      } else {
        return nil
      }
    }
  }
}
