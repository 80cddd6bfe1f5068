import CFFmpeg

/// One uncompressed picture: width x height pixels in up to four planes, each with a stride in
/// bytes.
///
/// Owns an `AVFrame`, freed with `av_frame_free`; the planes may be shared with other frames.
public struct Frame: ~Copyable, @unchecked Sendable {
  // @unchecked: it has one owner and is moved whole; FFmpeg's buffer references may be dropped on
  // any thread.
  let raw: UnsafeMutablePointer<AVFrame>

  init() {
    raw = allocated(av_frame_alloc())
  }

  /// A frame with planes of its own, whose samples are anything: for trying filters out.
  ///
  /// - Throws: An error when the format has no planes in memory or memory runs out.
  public init(_ shape: FrameShape) throws {
    self.init()
    raw.pointee.width = CInt(shape.width)
    raw.pointee.height = CInt(shape.height)
    raw.pointee.format = shape.pixelFormat.rawValue
    try check(av_frame_get_buffer(raw, 0), "av_frame_get_buffer")
  }

  deinit {
    var raw: UnsafeMutablePointer<AVFrame>? = raw
    av_frame_free(&raw)
  }

  /// The width in pixels.
  public var width: Int { Int(raw.pointee.width) }

  /// The height in pixels.
  public var height: Int { Int(raw.pointee.height) }

  /// The layout of the planes.
  public var pixelFormat: PixelFormat { PixelFormat(rawValue: raw.pointee.format) }

  /// The presentation timestamp in units of the time base of the stage that returned the frame.
  public var pts: Int64? {
    let pts = raw.pointee.pts
    return pts == shim_nopts ? nil : pts
  }

  /// How long the frame is shown, in units of the time base; 0 when unknown.
  public var duration: Int64 { shim_frame_duration(raw) }

  /// ``pts``, for reckoning with.
  var time: Ticks? { Ticks(known: raw.pointee.pts) }

  /// ``duration``, for reckoning with; never less than 0.
  var length: Ticks { Ticks(max(0, duration)) }

  /// Whether the decoder says that it could not decode all of the picture.
  var isDamaged: Bool {
    raw.pointee.decode_error_flags != 0 || raw.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0
  }

  /// The display matrix that came with the picture itself: nine 16.16 and 2.30 fixed-point numbers.
  var displayMatrix: [Int32]? {
    guard let data = av_frame_get_side_data(raw, AV_FRAME_DATA_DISPLAYMATRIX),
      data.pointee.size >= 9 * MemoryLayout<Int32>.size
    else { return nil }
    return data.pointee.data.withMemoryRebound(to: Int32.self, capacity: 9) { matrix in
      (0..<9).map { matrix[$0] }
    }
  }

  /// The bytes of one plane.
  ///
  /// - Parameter plane: 0 to 3.
  /// - Returns: The address of the top row and the stride, which is negative for a picture that
  ///   is stored bottom up. Valid while the frame is.
  func memory(ofPlane plane: Int) -> (base: UnsafeMutablePointer<UInt8>, stride: Int)? {
    shim_frame_plane(raw, CInt(plane)).map { ($0, Int(shim_frame_stride(raw, CInt(plane)))) }
  }

  /// About how much memory the planes take, in bytes.
  var byteCount: Int {
    let size = av_image_get_buffer_size(
      AVPixelFormat(raw.pointee.format), raw.pointee.width, raw.pointee.height, 32)
    return max(0, Int(size))
  }

  /// Calls `body` for each plane of samples with its number, its memory as ``memory(ofPlane:)``, the
  /// bytes of a row without its padding, and the count of rows; a palette is none.
  func forEachPlane(
    _ body: (
      _ index: Int, _ plane: (base: UnsafeMutablePointer<UInt8>, stride: Int), _ bytes: Int,
      _ rows: Int
    ) -> Void
  ) {
    for (index, rows) in pixelFormat.planeHeights(height: height).enumerated() {
      guard let plane = memory(ofPlane: index) else { continue }
      let bytes = av_image_get_linesize(
        AVPixelFormat(pixelFormat.rawValue), raw.pointee.width, CInt(index))
      body(index, plane, Int(bytes), rows)
    }
  }

  /// Whether nobody else reads the planes, so that they may be written in place.
  public var isWritable: Bool { av_frame_is_writable(raw) > 0 }
}

extension Frame {
  /// Forgets the display matrix, after it was applied.
  func dropDisplayMatrix() {
    av_frame_remove_side_data(raw, AV_FRAME_DATA_DISPLAYMATRIX)
  }

  /// Notes a measurement of this frame: a column of `--records`.
  ///
  /// The frame carries it through whatever follows in the chain.
  ///
  /// - Parameters:
  ///   - name: The filter's name, a dot and the measure's, for example `stats.y_mean`.
  ///   - value: A finite number.
  public mutating func note(_ name: String, _ value: Double) {
    let isWhole = value == value.rounded() && value.magnitude < 1e15
    note(name, isWhole ? "\(Int(saturating: value))" : "\(value)")
  }

  /// Notes a measurement of this frame that is a word.
  public mutating func note(_ name: String, _ value: String) {
    av_dict_set(&raw.pointee.metadata, Self.notePrefix + name, value, 0)
  }

  /// What was measured of this frame: by our own filters under the names they gave, by FFmpeg's
  /// under theirs, which begin with `lavfi.`; in the order in which it was noted.
  ///
  /// Long values are cut, and what comes after too much of them is left out: a filter may note what a
  /// file says.
  var notes: [(name: String, value: String)] {
    var notes: [(name: String, value: String)] = []
    var size = 0
    func value(_ text: String) -> String {
      let cut = text.cut(to: 16 << 10)
      size += cut.utf8.count
      return cut
    }
    var entry: UnsafeMutablePointer<AVDictionaryEntry>?
    while let next = av_dict_get(raw.pointee.metadata, "", entry, AV_DICT_IGNORE_SUFFIX) {
      entry = next
      let name = String(cString: next.pointee.key).cut(to: 256)
      guard size < 128 << 10 else { break }
      if name.hasPrefix(Self.notePrefix) {
        notes.append(
          (
            String(name.dropFirst(Self.notePrefix.count)),
            value(String(cString: next.pointee.value))
          ))
      } else if name.hasPrefix(Self.filterPrefix) {
        notes.append((name, value(String(cString: next.pointee.value))))
      }
    }
    return notes
  }

  /// Forgets what only looks like a measurement: a file may have texts of any names, and a decoder
  /// passes them on in the frame's metadata.
  ///
  /// For a frame that comes from a decoder, before any filter has seen it.
  func dropForeignNotes() {
    guard raw.pointee.metadata != nil else { return }
    var names: [String] = []
    var entry: UnsafeMutablePointer<AVDictionaryEntry>?
    while let next = av_dict_get(raw.pointee.metadata, "", entry, AV_DICT_IGNORE_SUFFIX) {
      entry = next
      let name = String(cString: next.pointee.key)
      let start = name.prefix(while: { $0 != "." }).lowercased() + "."
      if start == Self.notePrefix || start == Self.filterPrefix { names.append(name) }
    }
    for name in names { av_dict_set(&raw.pointee.metadata, name, nil, 0) }
  }

  /// Takes over what was measured of another frame.
  func copyNotes(from other: borrowing Frame) {
    av_dict_copy(&raw.pointee.metadata, other.raw.pointee.metadata, 0)
  }

  private static var notePrefix: String { "vidproc." }
  /// Of what FFmpeg's filters note.
  private static var filterPrefix: String { "lavfi." }
}
