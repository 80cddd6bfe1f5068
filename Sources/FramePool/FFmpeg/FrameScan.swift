import CFFmpeg

/// How a frame's rows belong together: all to one moment, or to two fields.
enum FrameScan: Hashable, CustomStringConvertible {
  case progressive
  case topFieldFirst
  case bottomFieldFirst

  init(_ frame: borrowing Frame) {
    guard shim_frame_is_interlaced(frame.raw) != 0 else {
      self = .progressive
      return
    }
    self = shim_frame_is_top_field_first(frame.raw) != 0 ? .topFieldFirst : .bottomFieldFirst
  }

  var description: String {
    switch self {
    case .progressive: "progressive"
    case .topFieldFirst: "interlaced, top field first"
    case .bottomFieldFirst: "interlaced, bottom field first"
    }
  }
}
