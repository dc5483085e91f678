/// Loops over the scalars of one channel, with single-precision sums over at most a few thousand
/// scalars that are then added in double precision.
struct ChannelLoops: Sendable {
  typealias Lanes = SIMD8<Float>

  /// Scalars that are summed in single precision, a multiple of the lanes.
  private static let segment = 4096

  let layout: ChannelLayout

  /// Mean and biased variance of a channel, in one pass over the scalars less their first one.
  ///
  /// Literature: T. Chan, G. Golub, R. LeVeque, Algorithms for computing the sample variance, 1983,
  /// doi:10.1080/00031305.1983.10483115, section 3 (shifted data).
  func moments(of channel: Int, _ input: UnsafePointer<Float>) -> (mean: Double, variance: Double) {
    let shift = input[channel * layout.planeCount]
    let (sum, squares) = sums(channel) { index in
      let deviation = Self.load(input, index) - shift
      return (deviation, deviation * deviation)
    } scalar: { index in
      let deviation = input[index] - shift
      return (deviation, deviation * deviation)
    }
    let mean = sum / Double(layout.channelCount)
    let variance = squares / Double(layout.channelCount) - mean * mean
    return (Double(shift) + mean, variance.isNaN ? .nan : max(0, variance))
  }

  /// The sums of g and of g (x - mean) over a channel.
  func cotangentSums(
    of channel: Int, _ cotangent: UnsafePointer<Float>, _ input: UnsafePointer<Float>, mean: Float
  ) -> (cotangent: Double, product: Double) {
    let (sum, product) = sums(channel) { index in
      let value = Self.load(cotangent, index)
      return (value, value * (Self.load(input, index) - mean))
    } scalar: { index in
      (cotangent[index], cotangent[index] * (input[index] - mean))
    }
    return (sum, product)
  }

  /// As ``cotangentSums(of:_:_:mean:)``, for g where the output is above 0 and 0 elsewhere, which is
  /// also written to `masked` unless it is nil.
  func rectifiedCotangentSums(
    of channel: Int, _ cotangent: UnsafePointer<Float>, _ input: UnsafePointer<Float>, mean: Float,
    output: UnsafePointer<Float>, masked: UnsafeMutablePointer<Float>?
  ) -> (cotangent: Double, product: Double) {
    let (sum, product) = sums(channel) { index in
      let value = Self.load(cotangent, index).replacing(
        with: 0, where: Self.load(output, index) .<= 0)
      if let masked {
        UnsafeMutableRawPointer(masked + index).storeBytes(of: value, as: Lanes.self)
      }
      return (value, value * (Self.load(input, index) - mean))
    } scalar: { index in
      let value = output[index] <= 0 ? 0 : cotangent[index]
      masked?[index] = value
      return (value, value * (input[index] - mean))
    }
    return (sum, product)
  }

  @inline(__always)
  private static func load(_ scalars: UnsafePointer<Float>, _ index: Int) -> Lanes {
    UnsafeRawPointer(scalars + index).loadUnaligned(as: Lanes.self)
  }

  /// Two sums over a channel, by lanes and, for what is left of a run, by scalars.
  @inline(__always)
  private func sums(
    _ channel: Int, _ lanes: (Int) -> (Lanes, Lanes), scalar: (Int) -> (Float, Float)
  ) -> (Double, Double) {
    var totals = (0.0, 0.0)
    layout.forEachPlane(of: channel) { plane in
      var start = plane
      while start < plane + layout.planeCount {
        let end = min(start + Self.segment, plane + layout.planeCount)
        var (first, second) = (Lanes.zero, Lanes.zero)
        var index = start
        while index + Lanes.scalarCount <= end {
          let terms = lanes(index)
          first += terms.0
          second += terms.1
          index += Lanes.scalarCount
        }
        var (firstRest, secondRest) = (first.sum(), second.sum())
        while index < end {
          let terms = scalar(index)
          firstRest += terms.0
          secondRest += terms.1
          index += 1
        }
        totals.0 += Double(firstRest)
        totals.1 += Double(secondRest)
        start = end
      }
    }
    return totals
  }
}
