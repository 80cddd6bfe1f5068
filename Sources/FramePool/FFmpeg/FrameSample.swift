/// A type that the samples of a plane can have: `UInt8` for 8 bits, `UInt16` for 9 to 16 bits,
/// which stand in the low bits.
public protocol FrameSample: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, Sendable {}

extension UInt8: FrameSample {}
extension UInt16: FrameSample {}
