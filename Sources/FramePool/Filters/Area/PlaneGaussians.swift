/// The Gaussians of a blur for planes of any subsampling and depth, each made once.
struct PlaneGaussians {
  /// The same everywhere: in luma pixels.
  private let gaussians: [[GaussianWeights]]

  /// - Parameter sigma: In luma pixels.
  init(sigma: Double) {
    // Chroma is at most a quarter as wide or high as luma.
    gaussians = [true, false].map { upperHalves in
      (0...2).map { shift in
        GaussianWeights(sigma: sigma / Double(1 << shift), upperHalves: upperHalves)
      }
    }
  }

  /// The weights along the rows and down the columns of a plane.
  func weights(
    forPlane plane: Int, of format: PixelFormat
  ) -> (rows: GaussianWeights, columns: GaussianWeights) {
    let sets = gaussians[format.depth == 8 ? 0 : 1]
    guard format.isChroma(plane: plane) else { return (sets[0], sets[0]) }
    return (sets[min(format.chromaShiftX, 2)], sets[min(format.chromaShiftY, 2)])
  }
}
