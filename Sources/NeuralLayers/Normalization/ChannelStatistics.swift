internal import DifferentiableTensor

/// A mean and a biased variance for each channel.
struct ChannelStatistics: Sendable {
  var means, variances: [Float]

  init(means: Tensor, variances: Tensor) {
    self.means = means.scalars
    self.variances = variances.scalars
  }

  /// Zeros, to be replaced channel by channel.
  init(channels: Int) {
    means = [Float](repeating: 0, count: channels)
    variances = means
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
