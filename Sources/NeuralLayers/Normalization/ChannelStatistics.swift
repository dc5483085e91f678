internal import DifferentiableTensor

/// A mean and a biased variance for each channel.
struct ChannelStatistics: Sendable {
  var means, variances: [Float]
  /// Scalars of each channel that they are taken from, 0 for running statistics.
  let count: Int

  init(means: Tensor, variances: Tensor) {
    self.means = means.scalars
    self.variances = variances.scalars
    count = 0
  }

  /// Zeros, to be replaced channel by channel.
  init(channels: Int, count: Int) {
    means = [Float](repeating: 0, count: channels)
    variances = means
    self.count = count
  }

  /// Those of the batch of which several processes have a share.
  ///
  /// Sums of x and of x^2 in double precision: the variance of single-precision numbers keeps its digits as long
  /// as the mean is below some 10^4 deviations.
  ///
  /// - Parameter sum: Sums numbers over the processes.
  init(
    _ moments: [(mean: Double, variance: Double)], count: Int,
    sum: (_ numbers: inout [Double]) -> Void
  ) {
    // What does not count may be anything, such as NaN.
    var sums = count == 0 ? [Double](repeating: 0, count: 1 + 2 * moments.count) : [Double(count)]
    if count > 0 {
      sums += moments.flatMap { [$0.mean, $0.variance + $0.mean * $0.mean] }
        .map { $0 * Double(count) }
    }
    sum(&sums)
    let total = max(1, sums[0])
    let means = moments.indices.map { sums[1 + 2 * $0] / total }
    self.means = means.map(Float.init)
    variances = means.indices.map { channel in
      let variance = sums[2 + 2 * channel] / total - means[channel] * means[channel]
      return variance.isNaN ? .nan : Float(max(0, variance))
    }
    self.count = Int(sums[0])
  }

  /// Calls `body` with the addresses of the means and of the variances.
  mutating func withMutablePointers(
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) {
    means.withUnsafeMutableBufferPointer { means in
      variances.withUnsafeMutableBufferPointer { variances in
        guard let means = means.baseAddress, let variances = variances.baseAddress else { return }
        body(means, variances)
      }
    }
  }

  /// 1 / sqrt(variance + epsilon) of each channel.
  func inverseDeviations(epsilon: Float) -> [Float] {
    variances.map { Self.inverseDeviation($0, epsilon: epsilon) }
  }

  static func inverseDeviation(_ variance: Float, epsilon: Float) -> Float {
    1 / (variance + epsilon).squareRoot()
  }
}
