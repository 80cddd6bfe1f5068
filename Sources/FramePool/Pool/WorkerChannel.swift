import Glibc

/// The pipe from a worker to its host: lines of one letter, a space and JSON.
///
/// Not the wire between host and parent: the host believes nothing in these lines but the letter,
/// and passes the rest on as text under the job's own number.
struct WorkerChannel {
  /// What a line is.
  enum Kind: UInt8 {
    case progress = 0x50  // P
    case result = 0x52  // R
    case failure = 0x45  // E
    /// Not JSON: a piece of text for the parent.
    case part = 0x44  // D
    /// Not JSON: an argument for the task's warm-up.
    case warmUp = 0x57  // W
  }

  /// The descriptor at which every worker finds its pipe.
  static let descriptor: CInt = 3

  /// Writes one line; a host that is gone is no error, the worker ends with it anyway.
  func send(_ kind: Kind, _ json: some Sequence<UInt8>) {
    var line: [UInt8] = [kind.rawValue, 0x20]
    line += json
    line.append(0x0A)
    DescriptorIO.write(line, to: Self.descriptor)
  }
}
