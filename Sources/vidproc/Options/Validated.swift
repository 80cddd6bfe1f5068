import ArgumentParser
import FramePool

/// Does something with what was typed; what cannot be is an error of usage.
///
/// - Throws: `ValidationError` with the words of what `body` throws.
func validated<Result>(_ body: () throws(FramePoolError) -> Result) throws -> Result {
  do throws(FramePoolError) {
    return try body()
  } catch {
    throw ValidationError("\(error)")
  }
}
