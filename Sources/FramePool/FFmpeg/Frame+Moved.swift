import CFFmpeg

extension Frame {
  /// The same samples in another layout, one by one: exact whatever the size, and slow.
  ///
  /// - Parameter format: One that this frame's ``PixelFormat/movesWhole(to:)``.
  /// - Returns: A frame of its own.
  /// - Throws: ``FFmpegError`` when memory runs out.
  func moved(to format: PixelFormat) throws(FFmpegError) -> Frame {
    let own = pixelFormat
    let result = try makeBlank()
    result.raw.pointee.format = format.rawValue
    try check(av_frame_get_buffer(result.raw, 0), "av_frame_get_buffer")
    for (plane, rows) in format.planeHeights(height: height).enumerated() {
      guard let memory = result.memory(ofPlane: plane) else { continue }
      // Samples are added to what is there.
      memory.base.update(repeating: 0, count: memory.stride * rows)
    }
    var line = [UInt16](repeating: 0, count: width)
    for component in 0..<format.componentCount {
      let isAlpha = format.hasAlpha && component == format.componentCount - 1
      let source = isAlpha ? own.componentCount - 1 : component
      shim_move_component(raw, CInt(source), result.raw, CInt(component), &line)
    }
    return result
  }
}
