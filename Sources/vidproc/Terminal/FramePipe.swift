import FramePool
import Glibc
import Synchronization
import SystemPackage

/// Passes what a worker writes into a named pipe on to standard output.
///
/// The worker has a pipe of its own between host and parent for its record, and no way to this
/// program's standard output but by a name. The pipe lies in a directory that nobody else can enter.
final class FramePipe: Sendable {
  /// The pipe's name.
  let path: FilePath
  private let directory: ScratchDirectory
  private let descriptor: CInt
  private let isOver = Atomic<Bool>(false)
  private let isPumped = Atomic<Bool>(false)
  private let failed = Atomic<Bool>(false)
  private let control: BatchControl

  /// Makes the pipe.
  ///
  /// - Parameter control: Ends the batch when standard output cannot be written to any more.
  /// - Throws: ``FramePoolError`` of code `outputFailed`.
  init(_ control: BatchControl) throws(FramePoolError) {
    directory = try ScratchDirectory()
    path = directory.path.appending("frames")
    guard path.withPlatformString({ mkfifo($0, 0o600) }) == 0 else { throw Self.failure(errno) }
    // For both, so that it stays open while no worker has it open.
    descriptor = path.withPlatformString { Glibc.open($0, O_RDWR | O_NONBLOCK | O_CLOEXEC) }
    guard descriptor >= 0 else { throw Self.failure(errno) }
    self.control = control
  }

  deinit {
    close(descriptor)
    directory.remove()
  }

  private static func failure(_ reason: CInt) -> FramePoolError {
    FramePoolError(
      Shortage.isOne(reason) ? .outOfMemory : .outputFailed,
      "no pipe can be made: \(Shortage.text(reason))")
  }

  /// Passes bytes on while `body` runs, and what is left after it.
  ///
  /// - Returns: What `body` returns.
  func during<Result>(_ body: () async throws -> Result) async throws -> Result {
    try start()
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(try await body())
    } catch {
      result = .failure(error)
    }
    isOver.store(true, ordering: .releasing)
    // Whoever reads standard output may take as long as it likes, unless nobody waits for that any more.
    while !isPumped.load(ordering: .acquiring), !control.isTerminated {
      try await Task.sleep(for: .milliseconds(2))
    }
    if failed.load(ordering: .acquiring) {
      throw FramePoolError(.outputFailed, "standard output was closed before the last frame")
    }
    return try result.get()
  }

  private func start() throws(FramePoolError) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self)
    let reason = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<FramePipe>.fromOpaque(context).takeRetainedValue().pump() }
        return nil
      }, context.toOpaque())
    guard reason == 0 else {
      context.release()
      throw Self.failure(reason)
    }
    pthread_detach(thread)
  }

  private func pump() {
    defer { isPumped.store(true, ordering: .releasing) }
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let wasOver = isOver.load(ordering: .acquiring)
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        if !failed.load(ordering: .relaxed),
          !DescriptorIO.write(buffer[..<count], to: STDOUT_FILENO)
        {
          // What comes is thrown away from here on, for the worker not to wait for ever.
          failed.store(true, ordering: .releasing)
          control.terminate()
        }
        continue
      }
      if wasOver { return }
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      poll(&wait, 1, 50)
    }
  }
}
