import ArgumentParser

/// Names of other programs, parted by commas.
struct PeerList: ExpressibleByArgument {
  var peers: [BenchPlan.Peer]

  init(peers: [BenchPlan.Peer]) { self.peers = peers }

  init?(argument: String) {
    let peers = argument.split(separator: ",").map { BenchPlan.Peer(rawValue: String($0)) }
    guard !peers.isEmpty, !peers.contains(nil) else { return nil }
    self.peers = peers.compactMap(\.self)
  }

  var defaultValueDescription: String { "none" }
}
