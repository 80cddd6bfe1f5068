import CFFmpeg

extension Frame {
  /// Lends one plane for reading, row by row.
  ///
  /// - Parameters:
  ///   - index: Of the plane: 0 to ``PixelFormat/componentCount`` - 1.
  ///   - sample: `UInt8.self` for a depth of 8 bits, else `UInt16.self`.
  /// - Returns: The plane, which cannot outlive the frame.
  /// - Precondition: The format is ``PixelFormat/isPlanar`` and has that plane and depth.
  @_lifetime(borrow self)
  public func plane<Sample: FrameSample>(
    _ index: Int, as sample: Sample.Type
  ) -> FramePlane<Sample> {
    let plane = FramePlane<Sample>(checkedView(ofPlane: index, as: sample))
    return _overrideLifetime(plane, borrowing: self)
  }

  /// Lends one plane for writing, row by row.
  ///
  /// - Parameters:
  ///   - index: Of the plane: 0 to ``PixelFormat/componentCount`` - 1.
  ///   - sample: `UInt8.self` for a depth of 8 bits, else `UInt16.self`.
  /// - Returns: The plane, which cannot outlive the frame.
  /// - Precondition: The format is ``PixelFormat/isPlanar`` and has that plane and depth; the frame
  ///   ``isWritable``.
  @_lifetime(&self)
  public mutating func mutablePlane<Sample: FrameSample>(
    _ index: Int, as sample: Sample.Type
  ) -> MutableFramePlane<Sample> {
    precondition(isWritable, "the planes are somebody else's too")
    let plane = MutableFramePlane<Sample>(checkedView(ofPlane: index, as: sample))
    return _overrideLifetime(plane, mutating: &self)
  }

  private func checkedView<Sample: FrameSample>(
    ofPlane index: Int, as _: Sample.Type
  ) -> PlaneView {
    let format = pixelFormat
    precondition(
      format.isPlanar && (0..<format.componentCount).contains(index),
      "\(format.name) has no plane \(index) of samples")
    precondition(
      (format.depth > 8) == (Sample.bitWidth > 8), "\(format.name) has samples of another size")
    return view(ofPlane: index)
  }

  /// One plane of an ``PixelFormat/isPlanar`` format as kernels see it.
  func view(ofPlane index: Int) -> PlaneView {
    guard let memory = memory(ofPlane: index) else { fatalError("a frame has all its planes") }
    let size = pixelFormat.size(ofPlane: index, width: width, height: height)
    return PlaneView(
      base: UnsafeMutableRawPointer(memory.base), stride: memory.stride, width: size.width,
      height: size.height)
  }

  /// A second frame with the same planes: neither is writable while the other lives.
  ///
  /// For a filter that compares each frame with the one before:
  ///
  /// ```swift
  /// func filter(_ frame: consuming Frame, into output: inout FilterOutput) throws {
  ///   if previous != nil { compare(frame) }
  ///   previous = try frame.reference()
  ///   output.emit(frame)
  /// }
  /// ```
  ///
  /// The corresponding C function is `av_frame_ref`.
  ///
  /// - Throws: An error when memory runs out.
  public func reference() throws -> Frame {
    try makeReference()
  }

  func makeReference() throws(FFmpegError) -> Frame {
    let result = Frame()
    try check(av_frame_ref(result.raw, raw), "av_frame_ref")
    return result
  }

  /// A frame of the same shape, timestamps and side data that has no planes yet.
  ///
  /// - Throws: ``FFmpegError`` when memory runs out.
  func makeBlank() throws(FFmpegError) -> Frame {
    let result = Frame()
    result.raw.pointee.width = raw.pointee.width
    result.raw.pointee.height = raw.pointee.height
    result.raw.pointee.format = raw.pointee.format
    try check(av_frame_copy_props(result.raw, raw), "av_frame_copy_props")
    return result
  }

  /// Lets a plane be another frame's, whose memory for it is kept as long as this frame.
  ///
  /// - Throws: ``FFmpegError`` when memory runs out.
  func share(plane index: Int, of other: borrowing Frame) throws(FFmpegError) {
    guard let memory = other.memory(ofPlane: index),
      let buffer = av_frame_get_plane_buffer(other.raw, CInt(index))
    else { return }
    try keep(buffer)
    shim_frame_set_plane(raw, CInt(index), memory.base, CInt(memory.stride))
  }

  /// Keeps a buffer as long as this frame.
  ///
  /// - Throws: ``FFmpegError`` when memory runs out.
  func keep(_ buffer: UnsafeMutablePointer<AVBufferRef>) throws(FFmpegError) {
    guard let reference = av_buffer_ref(buffer) else {
      throw FFmpegError(code: .noMemory, function: "av_buffer_ref", logLine: nil)
    }
    if shim_frame_adopt_buffer(raw, reference) == 0 {
      // Cannot be: four planes need at most four of the eight slots, and new memory one.
      var reference: UnsafeMutablePointer<AVBufferRef>? = reference
      av_buffer_unref(&reference)
      throw FFmpegError(code: .notImplemented, function: "av_buffer_ref", logLine: nil)
    }
  }
}
