import CLinux
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
    /// The same as a string of JSON, for a text with lines' ends in it.
    case encodedPart = 0x4A  // J
    /// Not JSON: an argument for the task's warm-up.
    case warmUp = 0x57  // W
    /// With nothing behind it: it is being ended by a signal, and can have no more memory.
    case noMemory = 0x4D  // M
    /// Not JSON: the number of the CPU that it runs on at its end.
    case lastCPU = 0x43  // C
  }

  /// The descriptor at which every worker finds its pipe.
  static let descriptor: CInt = 3

  /// Writes one line; a host that is gone is no error, the worker ends with it anyway.
  func send(_ kind: Kind, _ json: some Sequence<UInt8>) {
    DescriptorIO.write(Self.line(kind, json), to: Self.descriptor)
  }

  /// Writes the last line, and on which CPU that was.
  func end(_ kind: Kind, _ json: some Sequence<UInt8>) {
    let cpu = Self.line(.lastCPU, String(clinux_current_cpu()).utf8)
    DescriptorIO.write(cpu + Self.line(kind, json), to: Self.descriptor)
  }

  private static func line(_ kind: Kind, _ text: some Sequence<UInt8>) -> [UInt8] {
    var line: [UInt8] = [kind.rawValue, 0x20]
    line += text
    line.append(0x0A)
    return line
  }
}
