/// Memory for the rows between the passes of a kernel, kept from frame to frame.
package final class KernelScratch {
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// No memory yet.
  package init() {}

  deinit {
    memory.deallocate()
  }

  /// At least `count` elements, 64-byte aligned; what they hold is left over from before.
  ///
  /// Valid until the next call.
  package func reserve<Element: BitwiseCopyable>(
    _ count: Int, of _: Element.Type
  ) -> UnsafeMutablePointer<Element> {
    let bytes = count * MemoryLayout<Element>.stride
    if memory.count < bytes {
      memory.deallocate()
      memory = .allocate(byteCount: bytes, alignment: 64)
      // Kernels read whole blocks; what lies beyond a row must be readable, whatever it is.
      memory.initializeMemory(as: UInt8.self, repeating: 0)
    }
    guard let base = memory.baseAddress else { fatalError("nothing was reserved") }
    return base.assumingMemoryBound(to: Element.self)
  }

  /// How many samples a scratch row of `width` samples takes.
  static func rowLength(_ width: Int) -> Int {
    (width + KernelSet.block - 1) / KernelSet.block * KernelSet.block
  }
}
