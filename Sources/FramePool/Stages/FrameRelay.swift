/// Runs a stage on a thread of its own, ahead of who takes its frames.
///
/// While it runs the stage belongs to the thread, and nobody else may touch it.
final class FrameRelay {
  /// What the two threads share, all of it under `monitor`.
  ///
  /// @unchecked Sendable for that reason; frames are handed over, never shared.
  private final class Queue: @unchecked Sendable {
    let monitor = Monitor()
    let capacity: Int
    private let frames: UnsafeMutablePointer<Frame>
    private var first = 0
    private var count = 0
    private var isOver = false
    private var error: FramePoolError?
    private var isCancelled = false

    init(capacity: Int) {
      self.capacity = capacity
      frames = .allocate(capacity: capacity)
    }

    deinit {
      for index in 0..<count { (frames + (first + index) % capacity).deinitialize(count: 1) }
      frames.deallocate()
    }

    /// Adds a frame when there is room; false when nobody wants any more.
    func put(_ frame: consuming Frame) -> Bool {
      var frame: Frame? = frame
      return monitor.sync {
        monitor.wait { count < capacity || isCancelled }
        guard !isCancelled, let taken = frame.take() else { return false }
        (frames + (first + count) % capacity).initialize(to: taken)
        count += 1
        monitor.wakeAll()
        return true
      }
    }

    func end(_ error: FramePoolError?) {
      monitor.sync {
        isOver = true
        self.error = error
        monitor.wakeAll()
      }
    }

    /// The oldest frame, or nil after the last.
    func take() throws(FramePoolError) -> Frame? {
      try monitor.sync { () throws(FramePoolError) -> Frame? in
        monitor.wait { count > 0 || isOver }
        guard count > 0 else {
          if let error { throw error }
          return nil
        }
        let frame = (frames + first).move()
        first = (first + 1) % capacity
        count -= 1
        monitor.wakeAll()
        return frame
      }
    }

    func cancel() {
      monitor.sync {
        isCancelled = true
        monitor.wakeAll()
      }
    }
  }

  private let queue: Queue
  private let thread: WorkerThread

  /// Starts; nil when the system has no thread to give.
  ///
  /// - Parameters:
  ///   - capacity: Frames that may wait.
  ///   - next: The stage's, called on the thread until it gives nil or throws.
  init?(
    capacity: Int, _ next: sending @escaping () throws(FramePoolError) -> Frame?
  ) {
    let queue = Queue(capacity: capacity)
    let body: () -> Void = {
      do throws(FramePoolError) {
        while let frame = try next() {
          guard queue.put(frame) else { return queue.end(nil) }
        }
        queue.end(nil)
      } catch {
        queue.end(error)
      }
    }
    nonisolated(unsafe) let sent = body
    guard let thread = WorkerThread("vp:decode", { sent() }) else { return nil }
    self.queue = queue
    self.thread = thread
  }

  /// The next frame, or nil after the last.
  ///
  /// - Throws: What the stage threw, after the frames before that.
  func take() throws(FramePoolError) -> Frame? { try queue.take() }

  /// Ends the thread, at the latest after the frame that it is at; the stage is free again.
  func stop() {
    queue.cancel()
    thread.join()
  }
}
