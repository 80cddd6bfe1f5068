import CKernels

/// The loops over rows at one level of vector instructions.
///
/// The corresponding C type is `struct kernels` of CKernels.
package struct KernelSet: @unchecked Sendable {
  /// @unchecked: the table is a constant of the program.
  let raw: UnsafePointer<kernels>

  /// `sse2`, `neon`, `avx2` or `avx512`.
  package var name: String { String(cString: raw.pointee.name) }

  /// All that this CPU can run, the narrowest first.
  package static let all: [KernelSet] = (0..<3).compactMap { level in
    kernels_at(CInt(level)).map(KernelSet.init)
  }

  /// The widest that this CPU can run.
  package static let best: KernelSet = {
    guard let best = all.last else { fatalError("every CPU has the first level") }
    return best
  }()

  /// The largest number of samples that a kernel works on at a time: scratch rows are this much
  /// longer.
  static let block = Int(KERNEL_BLOCK)
}
