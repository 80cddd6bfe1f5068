import CKernels

/// One sample in, one sample out, on whole planes; the target may be the source.
package enum PointKernels {
  /// The negative: each sample becomes `maximum` minus itself, for a `maximum` of 2^n - 1.
  package static func invert<Sample: KernelSample>(
    _ set: KernelSet, _ source: PlaneView, _ target: PlaneView, maximum: Sample
  ) {
    for y in 0..<source.height {
      invertRow(set, source.row(y), target.row(y), source.width, maximum: maximum)
    }
  }

  /// The same for a row.
  static func invertRow<Sample: KernelSample>(
    _ set: KernelSet, _ source: UnsafePointer<Sample>, _ target: UnsafeMutablePointer<Sample>,
    _ n: Int, maximum: Sample
  ) {
    let repeats: UInt64 =
      Sample.bitWidth == 8 ? 0x0101_0101_0101_0101 : 0x0001_0001_0001_0001
    flip(
      set, UnsafeRawPointer(source), UnsafeMutableRawPointer(target),
      n * MemoryLayout<Sample>.size, pattern: UInt64(maximum) &* repeats)
  }

  /// Each byte xor the one at its place in the pattern, which repeats after eight bytes.
  static func flip(
    _ set: KernelSet, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ bytes: Int,
    pattern: UInt64
  ) {
    set.raw.pointee.flip(
      source.assumingMemoryBound(to: UInt8.self), target.assumingMemoryBound(to: UInt8.self), bytes,
      pattern)
  }

  /// The plain form of ``invert(_:_:_:maximum:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainInvert<Sample: KernelSample>(
    _ source: PlaneView, _ target: PlaneView, maximum: Sample
  ) {
    each(source, target) { (x: Sample) in maximum - x }
  }

  /// `table[x]`, for tables of `maximum` + 1 entries; larger samples count as `maximum`.
  package static func lookup<Sample: KernelSample>(
    _ set: KernelSet, _ source: PlaneView, _ target: PlaneView, table: [Sample], maximum: Sample
  ) {
    precondition(table.count > Int(maximum), "a table has an entry for every sample")
    for y in 0..<source.height {
      Sample.lookup(
        set, source.row(y), target.row(y), source.width, table: table, maximum: maximum)
    }
  }

  /// The plain form of ``lookup(_:_:_:table:maximum:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainLookup<Sample: KernelSample>(
    _ source: PlaneView, _ target: PlaneView, table: [Sample], maximum: Sample
  ) {
    each(source, target) { (x: Sample) in table[Int(min(x, maximum))] }
  }

  /// Luma of planar RGB: `(R * Wr + G * Wg + B * Wb + 16384) >> 15`.
  package static func luma<Sample: KernelSample>(
    _ set: KernelSet, red: PlaneView, green: PlaneView, blue: PlaneView, _ target: PlaneView,
    weights: LumaWeights, as _: Sample.Type
  ) {
    withUnsafePointer(to: weights.values) { values in
      values.withMemoryRebound(to: UInt32.self, capacity: 3) { values in
        for y in 0..<target.height {
          Sample.luma(
            set, red.row(y), green.row(y), blue.row(y), target.row(y), target.width,
            weights: values)
        }
      }
    }
  }

  /// The plain form of ``luma(_:red:green:blue:_:weights:as:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainLuma<Sample: KernelSample>(
    red: PlaneView, green: PlaneView, blue: PlaneView, _ target: PlaneView, weights: LumaWeights,
    as _: Sample.Type
  ) {
    let (r, g, b) = weights.values
    for y in 0..<target.height {
      for x in 0..<target.width {
        func sample(_ plane: PlaneView) -> UInt32 { UInt32(plane.row(y, as: Sample.self)[x]) }
        let sum = sample(red) * r + sample(green) * g + sample(blue) * b
        target.row(y)[x] = Sample((sum + 16384) >> 15)
      }
    }
  }

  /// `(keep * x + (4096 - keep) * y + 2048) >> 12` within 0 to `maximum`: x moved towards y, or
  /// away from it where `keep` is above 4096.
  package static func mix<Sample: KernelSample>(
    _ set: KernelSet, _ x: PlaneView, _ y: PlaneView, _ target: PlaneView, keep: Int32,
    maximum: Sample
  ) {
    for row in 0..<target.height {
      Sample.mix(
        set, x.row(row), y.row(row), target.row(row), target.width, keep: keep, maximum: maximum)
    }
  }

  /// The plain form of ``mix(_:_:_:_:keep:maximum:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainMix<Sample: KernelSample>(
    _ x: PlaneView, _ y: PlaneView, _ target: PlaneView, keep: Int32, maximum: Sample
  ) {
    both(x, y, target) { (a: Sample, b: Sample) in
      let value = (Int(keep) * Int(a) + (4096 - Int(keep)) * Int(b) + 2048) >> 12
      return Sample(min(max(value, 0), Int(maximum)))
    }
  }

  /// `|x - y| * gain + floor`, at most `ceiling`.
  package static func difference<Sample: KernelSample>(
    _ set: KernelSet, _ x: PlaneView, _ y: PlaneView, _ target: PlaneView, gain: Int,
    floor: Sample, ceiling: Sample, rows: Range<Int>? = nil
  ) {
    for row in rows ?? 0..<target.height {
      Sample.difference(
        set, x.row(row), y.row(row), target.row(row), target.width, gain: UInt32(gain),
        floor: UInt32(floor), ceiling: UInt32(ceiling))
    }
  }

  /// The plain form of ``difference(_:_:_:_:gain:floor:ceiling:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainDifference<Sample: KernelSample>(
    _ x: PlaneView, _ y: PlaneView, _ target: PlaneView, gain: Int, floor: Sample, ceiling: Sample
  ) {
    both(x, y, target) { (a: Sample, b: Sample) in
      let value = abs(Int(a) - Int(b)) * gain + Int(floor)
      return Sample(min(value, Int(ceiling)))
    }
  }

  /// The mean over time: of the planes' samples at a place, those that differ from the one in plane
  /// `centre` by more than `threshold` being replaced by that one.
  ///
  /// Computed as `(sum * round(2^20 / count) + 2^19) >> 20`, which is the rounded mean.
  ///
  /// - Parameters:
  ///   - set: The level of vector instructions.
  ///   - planes: 1 to 9 planes of the target's size.
  ///   - centre: The index of the plane that decides what counts.
  ///   - target: The means.
  ///   - threshold: The largest difference that counts.
  ///   - band: The rows; all unless given.
  package static func temporalMean<Sample: KernelSample>(
    _ set: KernelSet, _ planes: [PlaneView], centre: Int, _ target: PlaneView, threshold: Sample,
    rows band: Range<Int>? = nil
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Sample>.self, capacity: planes.count) { rows in
      guard let first = rows.baseAddress else { return }
      for y in band ?? 0..<target.height {
        for (index, plane) in planes.enumerated() { (first + index).initialize(to: plane.row(y)) }
        Sample.temporal(
          set, first, planes.count, centre: centre, target.row(y), target.width,
          threshold: UInt32(threshold))
      }
    }
  }

  /// The plain form of ``temporalMean(_:_:centre:_:threshold:)``.
  @_specialize(where Sample == UInt8)
  @_specialize(where Sample == UInt16)
  package static func plainTemporalMean<Sample: KernelSample>(
    _ planes: [PlaneView], centre: Int, _ target: PlaneView, threshold: Sample
  ) {
    let share = (1 << 20 + planes.count / 2) / planes.count
    for y in 0..<target.height {
      for x in 0..<target.width {
        let middle = Int(planes[centre].row(y, as: Sample.self)[x])
        let sum = planes.reduce(0) { sum, plane in
          let sample = Int(plane.row(y, as: Sample.self)[x])
          return sum + (abs(sample - middle) > Int(threshold) ? middle : sample)
        }
        target.row(y)[x] = Sample((sum * share + 1 << 19) >> 20)
      }
    }
  }

  private static func each<Sample: KernelSample>(
    _ source: PlaneView, _ target: PlaneView, _ map: (Sample) -> Sample
  ) {
    for y in 0..<source.height {
      for x in 0..<source.width { target.row(y)[x] = map(source.row(y)[x]) }
    }
  }

  private static func both<Sample: KernelSample>(
    _ x: PlaneView, _ y: PlaneView, _ target: PlaneView, _ map: (Sample, Sample) -> Sample
  ) {
    for row in 0..<target.height {
      for i in 0..<target.width { target.row(row)[i] = map(x.row(row)[i], y.row(row)[i]) }
    }
  }
}
