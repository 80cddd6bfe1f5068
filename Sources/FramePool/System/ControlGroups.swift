/// The control groups that this process is in, from its own up to the root.
struct ControlGroups {
  private let memberships: [(controllers: [Substring], path: String)]

  /// - Parameter read: Gives a file's text by its path.
  init(_ read: (String) -> String? = TextFile.read) {
    memberships = (read("/proc/self/cgroup") ?? "").split(separator: "\n").compactMap { line in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return nil }
      return (
        fields[1].split(separator: ",", omittingEmptySubsequences: false), String(fields[2])
      )
    }
  }

  /// Where the files of the groups lie: those of this process's own first, the root's last.
  ///
  /// - Parameter controller: The controller of a version 1 hierarchy; empty for version 2.
  /// - Returns: Directories; none where this process is in no such group.
  func directories(of controller: String) -> [String] {
    let roots =
      switch controller {
      case "": ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
      case "cpu": ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"]
      default: ["/sys/fs/cgroup/" + controller]
      }
    guard let group = memberships.first(where: { $0.controllers.contains(Substring(controller)) })
    else { return [] }
    var path = group.path == "/" ? "" : group.path
    var paths = [path]
    while let slash = path.lastIndex(of: "/") {
      path = String(path[..<slash])
      paths.append(path)
    }
    return paths.flatMap { path in roots.map { $0 + path } }
  }

  /// What is known of each group.
  func values<Value>(of controller: String, _ value: (String) -> Value?) -> [Value] {
    directories(of: controller).compactMap(value)
  }
}
