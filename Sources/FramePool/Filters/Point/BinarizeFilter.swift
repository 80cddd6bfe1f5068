/// Black and white: luma of at least the threshold becomes white, the rest black.
///
/// The threshold is a share of the way from black to white in the frame's own range. RGB is
/// compared by its luma. Chroma becomes neutral, alpha stays.
final class BinarizeFilter: PointFilter {
  static let name = "binarize"
  static let summary =
    "Make black and white: luma of at least the threshold is white, the rest black."
  static let example = "binarize=threshold=0.4"
  static let threshold = FilterOption.number(
    "threshold", "where white begins, from 0 for black to 1 for white", in: 0...1, default: 0.5)
  static var options: [any AnyFilterOption] { [threshold] }

  private let threshold: Double

  init(_ options: FilterOptions) {
    threshold = options[Self.threshold]
  }

  func steps(for colour: FrameColour) -> [PointStep] {
    let (black, white) = (colour.black, colour.white)
    let limit = Double(black) + threshold * Double(white - black)
    return [.gray, .map({ Double($0) >= limit ? white : black }, chroma: nil)]
  }
}
