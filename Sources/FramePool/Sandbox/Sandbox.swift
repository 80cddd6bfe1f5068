import CLinux

/// What a worker gives up before it opens a stranger's file.
///
/// Every layer that a system offers is used, and the record says which ones hold.
enum Sandbox {
  /// A layer, by the name that it has in reports.
  enum Layer: String {
    /// No later exec can gain privileges (`PR_SET_NO_NEW_PRIVS`).
    case noNewPrivileges = "no_new_privs"
    /// Resource limits: no core files, which could fill a disk and hold other people's pictures.
    case resourceLimits = "rlimits"
  }

  /// Enters the sandbox; there is no way out.
  ///
  /// Called in a worker between the fork and the opening of its file.
  ///
  /// - Returns: The layers that hold.
  static func enter() -> [Layer] {
    var layers: [Layer] = []
    if clinux_set_no_new_privileges() == 0 { layers.append(.noNewPrivileges) }
    if clinux_disable_core_files() == 0 { layers.append(.resourceLimits) }
    return layers
  }
}
